import type { Account } from "@better-auth-bsky/devnet";
import { describe, expect, test, vi } from "vitest";
import {
	cases,
	expectConsistent,
	expectNoLeak,
	type Instance,
	ledger,
	stored,
	useFaultLab,
} from "./faults-kit.ts";
import { FAULTS, LOST } from "./faults-wire.ts";
import { expire } from "./kit.ts";
import { AT_LENGTH, afterLostRefresh, SERVER_KINDS, useServer } from "./servers.ts";

vi.mock(import("../src/base/fetch.ts"), async (original) =>
	(await import("./faults-kit.ts")).impatient(original),
);

const lab = await useFaultLab();
// Nothing else shows what a server makes of a token that was used.
const faults = AT_LENGTH ? FAULTS : [LOST];

const TOKEN = "POST /oauth/token";
const REVOKE = "POST /oauth/revoke";
const ONE = { user: 1, account: 1, session: 1, bskySession: 1, bskyState: 0 };

async function signedIn() {
	const front = await lab.open();
	const person = await lab.newPerson();
	await front.browser.signIn(person);
	return { front, person };
}

/** The app in a new process, its access token at its end. */
async function expired({ front, person }: { front: Instance; person: Account }) {
	await expire(front.app, person.did);
	return lab.reopen(front);
}

const restore = async ({ browser }: Instance) =>
	(await browser.post("/bsky/restore", {})).json() as Promise<Record<string, unknown>>;

/** The requests of a flow in which nothing fails; a nonce may have to be fetched first, or none. */
async function recorded(label: string, run: (instance: Instance) => Promise<unknown>) {
	const who = await signedIn();
	const instance = await expired(who);
	await run(instance);
	await vi.waitFor(() => expect(instance.app.rows("bskyRevocation")).toEqual([]));
	const steps = instance.wire.steps.filter((step) => step.label === label);
	// Those before it only bring the nonce.
	return AT_LENGTH ? steps : steps.slice(-1);
}

describe.each(SERVER_KINDS)("at a server like $name", (server) => {
	useServer(lab.network, server);

	test("a refresh that fails costs the session only where the server has used its token up", async () => {
		const steps = await recorded(TOKEN, restore);
		for (const { title, step, fault } of cases("refresh,", steps, faults)) {
			const who = await signedIn();
			const { did } = who.person;
			const instance = await expired(who);
			const { app, wire } = instance;
			wire.arm(step, fault);
			expect(await restore(instance), title).toMatchObject({ active: true, did });
			expect(wire.hits, title).toBe(1);
			expect(ledger(app), title).toEqual(ONE);
			await wire.heal();
			const acted = fault.acted || fault.does === "late";
			const { works, forgotten, live } = afterLostRefresh(server);
			const isLost = acted && !works && step === steps.at(-1);
			const after = isLost ? { active: false, reason: "session_expired" } : { active: true };
			expect(await restore(instance), title).toMatchObject(after);
			expect(await lab.live(did), title).toHaveLength(isLost ? live : 1);
			if (isLost && forgotten) expect(ledger(app), title).toEqual({ ...ONE, bskySession: 0 });
			if (!isLost) {
				const tokens = (await stored(app, did))?.session?.tokenSet;
				const [{ currentRefreshToken } = { currentRefreshToken: null }] = await lab.live(did);
				expect(currentRefreshToken, title).toBe(tokens?.refresh_token);
			}
			await expectConsistent(app);
			expectNoLeak(instance);
			await app.close();
			await who.front.app.close();
		}
	});

	const canRevoke = !server.habits.includes("no-revocation-endpoint");
	const revocation = canRevoke
		? "a revocation that fails is made up for"
		: "a revocation that can't be is tried by nobody, and waits for nothing";

	test(revocation, async () => {
		const disconnect = ({ browser }: Instance) => browser.post("/bsky/disconnect", {});
		const steps = canRevoke ? await recorded(REVOKE, disconnect) : [];
		const all = cases("revocation,", steps, faults).filter(({ fault }) => fault.does !== "empty");
		expect(all.length > 0).toBe(canRevoke);
		for (const { title, step, fault } of all) {
			const { front, person } = await signedIn();
			const instance = await lab.reopen(front);
			instance.wire.arm(step, fault);
			expect((await disconnect(instance)).status, title).toBe(200);
			await vi.waitFor(() => expect(instance.wire.hits, title).toBe(1));
			await vi.waitFor(() => expect(instance.log.join(), title).toContain("could not be revoked"));
			await instance.wire.heal();
			await lab.retry(instance);
			expect(await lab.live(person.did), title).toEqual([]);
			expectNoLeak(instance);
			await instance.app.close();
			await front.app.close();
		}
		if (canRevoke) return;
		const { front } = await signedIn();
		expect((await disconnect(front)).status).toBe(200);
		await vi.waitFor(() => expect(front.app.rows("bskyRevocation")).toEqual([]));
		expect(front.wire.steps.map(({ label }) => label)).not.toContain(REVOKE);
		expect(front.log.length, front.log.join("\n")).toBeLessThan(2);
		await front.app.close();
	});
});
