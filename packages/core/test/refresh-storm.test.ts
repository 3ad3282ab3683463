import type { AuthContext } from "better-auth";
import { afterEach, describe, expect, test } from "vitest";
import { readSession } from "../src/stores/session-store.ts";
import { databaseKinds } from "./databases.ts";
import { useNetwork } from "./kit.ts";
import { Storm } from "./storm-kit.ts";

/** `STORM_ROUNDS=50` runs the same tests for longer. */
const ROUNDS = Number(process.env.STORM_ROUNDS ?? 1);
const KILLED = 3 * ROUNDS;

const network = await useNetwork({ appView: "none" });
let storm: Storm;

afterEach(() => storm.close());

const contextOf = async () => (await storm.app.auth.$context) as unknown as AuthContext;

/** The session that we store is the one that the server has. */
async function expectKept(did: string): Promise<void> {
	const [live, ...more] = await network.liveTokens(did);
	expect(more).toEqual([]);
	const stored = await readSession(await contextOf(), did);
	expect(stored?.session?.tokenSet.refresh_token).toBe(live?.currentRefreshToken);
	expect(stored?.lockedUntil).toBe(0);
}

/** As if the lock's owner had been gone for long. */
async function expireLocks(): Promise<void> {
	const { adapter } = await contextOf();
	await adapter.updateMany({
		model: "bskySession",
		where: [{ field: "lockedUntil", operator: "gt", value: 0 }],
		update: { lockedUntil: 1 },
	});
}

const kinds = (await databaseKinds()).filter(({ name }) => name !== "MariaDB");

describe.each(kinds)("on $name", (kind) => {
	const skip = kind.missing ?? false;
	const name = (text: string) => (skip ? `${text} (skipped: ${skip})` : text);
	const start = async (processes: number, lock?: boolean) => {
		storm = await Storm.start(network, await kind.create(), processes, lock);
	};

	test.skipIf(skip)(
		name("4 processes with 25 callers each make one refresh, and nobody is signed out"),
		async () => {
			await start(4);
			for (let round = 0; round < ROUNDS; round++) {
				const { did } = await storm.expiredPerson();
				const before = storm.refreshes.length;
				const answers = await storm.all(did, 25);
				expect(answers).toEqual(Array(100).fill("active"));
				expect(storm.refreshes.slice(before)).toEqual([200]);
				await expectKept(did);
			}
		},
	);

	test.skipIf(skip)(
		name("an owner killed before its refresh was sent: another one makes it, once"),
		async () => {
			await start(1);
			const [heir] = storm.workers;
			for (let i = 0; i < KILLED; i++) {
				const { did } = await storm.expiredPerson();
				const victim = await storm.addWorker();
				const held = victim.heldAt((gate) => gate.at === "before");
				void victim.restore(did, 5);
				await held;
				await victim.kill();
				await expireLocks();
				expect(await heir?.restore(did, 5)).toEqual(Array(5).fill("active"));
				expect(storm.refreshes).toEqual(Array(i + 1).fill(200));
				await expectKept(did);
			}
		},
		60_000 * ROUNDS,
	);

	test.skipIf(skip)(
		name("an owner killed after the server acted: a clean end for everyone"),
		async () => {
			await start(2);
			const [victim, heir] = storm.workers;
			if (!victim || !heir) throw new Error("no workers");
			const { did } = await storm.expiredPerson();
			const held = victim.heldAt((gate) => gate.at === "after" && !gate.nonce);
			void victim.restore(did, 5);
			await held;
			await victim.kill();
			await expireLocks();
			expect(await heir.restore(did, 10)).toEqual(Array(10).fill("SESSION_EXPIRED"));
			expect(await network.liveTokens(did)).toEqual([]);
			expect(await readSession(await contextOf(), did)).toBeNull();
		},
	);

	test.skipIf(skip)(
		name("an owner that slept through its lock sends nothing any more"),
		async () => {
			await start(2);
			const [sleeper, heir] = storm.workers;
			if (!sleeper || !heir) throw new Error("no workers");
			const { did } = await storm.expiredPerson();
			const held = sleeper.heldAt((gate) => gate.at === "look-up");
			const late = sleeper.restore(did, 3);
			const gate = await held;
			await expireLocks();
			expect(await heir.restore(did, 3)).toEqual(Array(3).fill("active"));
			sleeper.onGate = () => true;
			sleeper.goOn(gate);
			// It had the lock, so it doesn't know what became of the session; asking again tells.
			for (const answer of await late) expect(["SERVER_UNREACHABLE", "active"]).toContain(answer);
			expect(await sleeper.restore(did, 3)).toEqual(Array(3).fill("active"));
			expect(storm.refreshes).toEqual([200]);
			await expectKept(did);
		},
	);
});

test("an owner that is killed blocks nobody for longer than its lock", async () => {
	const [sqlite] = await databaseKinds();
	if (!sqlite) throw new Error("no SQLite");
	storm = await Storm.start(network, await sqlite.create(), 2);
	const [victim, heir] = storm.workers;
	if (!victim || !heir) throw new Error("no workers");
	const { did } = await storm.expiredPerson();
	const held = victim.heldAt((gate) => gate.at === "before");
	void victim.restore(did, 1);
	await held;
	await victim.kill();
	expect(await heir.restore(did, 5)).toEqual(Array(5).fill("active"));
	await expectKept(did);
}, 40_000);

test("without the lock the same storm destroys the session", async () => {
	const [sqlite] = await databaseKinds();
	if (!sqlite) throw new Error("no SQLite");
	storm = await Storm.start(network, await sqlite.create(), 4, false);
	const { did } = await storm.expiredPerson();
	// All four are about to send the same refresh token: one goes first, three follow.
	const atTheDoor: (() => void)[] = [];
	for (const worker of storm.workers) {
		let tries = 0;
		worker.onGate = (gate) => {
			if (gate.at === "after" && !gate.nonce) for (const open of atTheDoor.splice(0)) open();
			// The first try only brings the DPoP nonce.
			if (gate.at !== "before" || ++tries !== 2) return true;
			atTheDoor.push(() => worker.goOn(gate));
			if (atTheDoor.length === 4) atTheDoor.shift()?.();
			return false;
		};
	}
	await storm.all(did, 25);
	expect([...storm.refreshes].sort()).toEqual([200, 400, 400, 400]);
	expect(await network.liveTokens(did)).toEqual([]);
});
