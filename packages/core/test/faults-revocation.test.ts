import { describe, expect, test, vi } from "vitest";
import {
	cases,
	expectNoLeak,
	expectNothingStrayed,
	type Instance,
	ledger,
	useFaultLab,
} from "./faults-kit.ts";
import { FAULTS, LOST } from "./faults-wire.ts";
import { overServers, revocable, useServer } from "./servers.ts";

vi.mock(import("../src/base/fetch.ts"), async (original) =>
	(await import("./faults-kit.ts")).impatient(original),
);

const lab = await useFaultLab();

/** A signed-in person, and the app, which has just started. */
async function signedIn() {
	const front = await lab.open();
	const person = await lab.newPerson();
	await front.browser.signIn(person);
	const instance = await lab.reopen(front);
	const close = async () => {
		await instance.app.close();
		await front.app.close();
	};
	return { instance, person, close };
}

/** Gives the session up, one way or another; nobody waits for the server. */
const ways: Record<string, (instance: Instance) => Promise<Response>> = {
	"sign-out": ({ browser }) => browser.post("/sign-out", {}),
	disconnect: ({ browser }) => browser.post("/bsky/disconnect", {}),
};

async function recorded() {
	const { instance, close } = await signedIn();
	await ways.disconnect?.(instance);
	await vi.waitFor(() => expect(instance.app.rows("bskyRevocation")).toEqual([]), 15_000);
	await close();
	return instance.wire.steps;
}

const REVOKE = "POST /oauth/revoke";

/** A success is one whatever else is in it (RFC 7009 §2.2): nobody could tell. */
const SUCCESSES = ["html", "empty", "garbled JSON", "endless", "huge", "half", "drip"];

async function rows() {
	const steps = await recorded();
	return cases("revocation,", steps)
		.filter(({ step, fault }) => step.label !== REVOKE || !SUCCESSES.includes(fault.does))
		.map((one) => {
			const turn = FAULTS.indexOf(one.fault) + steps.indexOf(one.step);
			const [way = "", giveUp] = Object.entries(ways)[turn % 2] ?? [];
			const revokes = one.step.label === REVOKE && one.step === steps.at(-1);
			const title = `${one.title}, at ${way}`;
			return { ...one, title, way, giveUp, revokes, telling: revokes && one.fault === LOST };
		});
}

const tables = await overServers(lab.network, rows);

describe.each(tables)("at a server like $name", ({ server, rows }) => {
	useServer(lab.network, server);

	const { byToken } = revocable(server);

	test.concurrent.each(rows)("$title", async ({ step, fault, way, giveUp, revokes }) => {
		const { instance, person, close } = await signedIn();
		const { app, wire } = instance;
		wire.arm(step, fault);
		const start = performance.now();
		const response = await giveUp?.(instance);
		expect(response?.status).toBe(200);
		// Sooner than the time limit: the person doesn't wait for the server.
		if (fault.slow) expect(performance.now() - start).toBeLessThan(2400);
		expect(app.rows("bskySession")).toEqual([]);
		await vi.waitFor(() => expect(instance.log.join()).toContain("could not be revoked"), 15_000);
		expect(wire.hits).toBe(1);
		expectNothingStrayed(instance);
		expectNoLeak(instance, await response?.text());
		expect(app.rows("bskyRevocation")).toHaveLength(1);
		expect(await lab.live(person.did)).toHaveLength(fault.acted && revokes ? 0 : 1);
		const session = way === "disconnect" ? 1 : 0;
		expect(ledger(app)).toEqual({ user: 1, account: 1, session, bskySession: 0, bskyState: 0 });

		await wire.heal();
		await lab.retry(instance);
		expect(await lab.live(person.did)).toHaveLength(byToken ? 0 : 1);
		await close();
	});

	if (byToken) return;
	test("what can't be revoked is tried by nobody, and waits for nothing", async () => {
		const { instance, close } = await signedIn();
		const { app, wire, log } = instance;
		expect((await ways.disconnect?.(instance))?.status).toBe(200);
		await vi.waitFor(() => expect(app.rows("bskyRevocation")).toEqual([]), 15_000);
		expect(wire.steps.map(({ label }) => label)).not.toContain(REVOKE);
		expect(log.length, log.join("\n")).toBeLessThan(2);
		await close();
	});
});

test("every fault is among them", () => {
	const met = tables.flatMap(({ rows }) => rows.map(({ fault }) => fault));
	for (const fault of FAULTS) expect(met).toContain(fault);
});
