import type { AuthContext } from "better-auth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readSession } from "../src/stores/session-store.ts";
import { type DatabaseKind, databaseKinds } from "./databases.ts";
import { expire, newPerson, startApp, useNetwork } from "./kit.ts";
import { AT_LENGTH, afterLostRefresh, SERVER_KINDS, useServer } from "./servers.ts";
import { Storm, type Worker } from "./storm-kit.ts";

/** `STORM_ROUNDS=50` runs the same tests for longer. */
const ROUNDS = Number(process.env.STORM_ROUNDS ?? 1);
const KILLED = ROUNDS > 1 ? 3 * ROUNDS : 1;

const network = await useNetwork({ appView: "none" });
let storm: Storm;

const contextOf = async (app = storm.app) => (await app.auth.$context) as unknown as AuthContext;

/** The session that we store is the one that the server has. */
async function expectKept(did: string, app = storm.app): Promise<void> {
	const [live, ...more] = await network.liveTokens(did);
	expect(more).toEqual([]);
	const stored = await readSession(await contextOf(app), did);
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
const [sqlite] = kinds;
if (!sqlite) throw new Error("no SQLite");

/** The processes on a database are started once: to load the app takes each of them a second. */
const storms = new Map<DatabaseKind, Storm>();
afterAll(() => Promise.all([...storms.values()].map((one) => one.close())));

/** Has the tests of a `describe` use the four processes on a database, and begin to count. */
function useStorm(kind: DatabaseKind): void {
	beforeAll(async () => {
		if (kind.missing) return;
		storm = storms.get(kind) ?? (await Storm.start(network, await kind.create(), 4));
		storms.set(kind, storm);
	});
	beforeEach(() => {
		storm.refreshes.length = 0;
	});
}

describe.each(kinds)("on $name", (kind) => {
	useStorm(kind);

	const skip = kind.missing ?? false;
	const name = (text: string) => (skip ? `${text} (skipped: ${skip})` : text);

	test.skipIf(skip)(
		name("4 processes with 25 callers each make one refresh, and nobody is signed out"),
		async () => {
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
			const [heir] = storm.workers;
			for (let i = 0; i < KILLED; i++) {
				const { did } = await storm.expiredPerson();
				const victim = await storm.addWorker();
				const held = victim.heldAt((gate) => gate.at === "before");
				void victim.restore(did, 5);
				await held;
				await storm.kill(victim);
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
			const [heir] = storm.workers;
			const victim = await storm.addWorker();
			const { did } = await storm.expiredPerson();
			const held = victim.heldAt((gate) => gate.at === "after" && !gate.nonce);
			void victim.restore(did, 5);
			await held;
			await storm.kill(victim);
			await expireLocks();
			expect(await heir?.restore(did, 10)).toEqual(Array(10).fill("SESSION_EXPIRED"));
			expect(await network.liveTokens(did)).toEqual([]);
			expect(await readSession(await contextOf(), did)).toBeNull();
		},
	);

	test.skipIf(skip)(
		name("an owner that slept through its lock sends nothing any more"),
		async () => {
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

describe("with the lock", () => {
	useStorm(sqlite);
	let victim: Worker;
	beforeAll(async () => {
		victim = await storm.addWorker();
	});

	test("an owner that is killed blocks nobody for longer than its lock", async () => {
		const [heir] = storm.workers;
		const { did } = await storm.expiredPerson();
		const held = victim.heldAt((gate) => gate.at === "before");
		void victim.restore(did, 1);
		await held;
		await storm.kill(victim);
		expect(await heir?.restore(did, 5)).toEqual(Array(5).fill("active"));
		await expectKept(did);
	}, 40_000);
});

describe("without the lock", () => {
	beforeAll(async () => {
		storm = await Storm.start(network, await sqlite.create(), 4, false);
	});
	afterAll(() => storm.close());

	test("the same storm destroys the session", async () => {
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
});

describe("at other servers", () => {
	useStorm(sqlite);

	describe.each(SERVER_KINDS)("like $name", (server) => {
		useServer(network, server);

		test(
			"4 processes with 5 callers each make one refresh, and nobody is signed out",
			async () => {
				for (let round = 0; round < ROUNDS; round++) {
					const { did } = await storm.expiredPerson();
					const before = storm.refreshes.length;
					expect(await storm.all(did, 5)).toEqual(Array(20).fill("active"));
					expect(storm.refreshes.slice(before)).toEqual([200]);
					await expectKept(did);
				}
				// Where each answer takes two seconds, each round does twelve.
			},
			60_000 + 20_000 * ROUNDS,
		);

		// A 401 is about one access token: who was refused takes the one that is there by now.
		test("calls on their way while another refreshes end nothing, and need no refresh", async () => {
			const { fetch, gate, refreshes } = gatedFetch();
			const app = await startApp(network, { plugin: { fetch } });
			try {
				const person = await newPerson(network);
				await app.browser().signIn(person);
				const agentOf = () => app.auth.api.getBskyAgent({ did: person.did });
				const agents = await Promise.all([agentOf(), agentOf(), agentOf()]);
				refreshes.length = 0;
				const { held, open } = gate(agents.length);
				const calls = agents.map((agent) => agent.com.atproto.server.getSession());
				await held;
				await expire(app, person.did);
				await agentOf();
				open();
				const outcomes = await Promise.allSettled(calls);
				const status = server.habits.find((name) => name.startsWith("account-deactivated"));
				const expected = status ? "rejected" : "fulfilled";
				expect(outcomes.map((one) => one.status)).toEqual(agents.map(() => expected));
				expect(refreshes).toEqual([200]);
				await expectKept(person.did, app);
			} finally {
				await app.close();
			}
		});

		test.skipIf(!AT_LENGTH)("an owner killed after the server acted", async () => {
			const { works, forgotten, live } = afterLostRefresh(server);
			const { did } = await storm.expiredPerson();
			const [heir] = storm.workers;
			const victim = await storm.addWorker();
			const held = victim.heldAt((gate) => gate.at === "after" && !gate.nonce);
			void victim.restore(did, 5);
			await held;
			await storm.kill(victim);
			await expireLocks();
			const answer = works ? "active" : "SESSION_EXPIRED";
			expect(await heir?.restore(did, 10)).toEqual(Array(10).fill(answer));
			expect(await network.liveTokens(did)).toHaveLength(live);
			if (forgotten) expect(await readSession(await contextOf(), did)).toBeNull();
			if (works) await expectKept(did);
		});
	});
});

/** A `fetch` that can hold calls back, and writes down how refreshes were answered. */
function gatedFetch() {
	const refreshes: number[] = [];
	let pass: () => Promise<void> = async () => {};
	const gate = (calls: number) => {
		let left = calls;
		let open = () => {};
		const opened = new Promise<void>((resolve) => {
			open = resolve;
		});
		const held = new Promise<void>((resolve) => {
			pass = () => {
				if (--left === 0) resolve();
				return left >= 0 ? opened : Promise.resolve();
			};
		});
		return { held, open };
	};
	const gated: typeof fetch = async (input, init) => {
		const request = new Request(input, init);
		if (request.url.includes("/xrpc/com.atproto.server.getSession")) await pass();
		const response = await fetch(request, init);
		const isRefresh = request.url.endsWith("/oauth/token");
		if (isRefresh && !(await response.clone().text()).includes("use_dpop_nonce")) {
			refreshes.push(response.status);
		}
		return response;
	};
	return { fetch: gated, gate, refreshes };
}
