import { expect, test, vi } from "vitest";
import {
	cases,
	expectNoLeak,
	expectNothingStrayed,
	type Instance,
	ledger,
	useFaultLab,
} from "./faults-kit.ts";
import { FAULTS } from "./faults-wire.ts";

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
	const { instance, person, close } = await signedIn();
	await ways.disconnect?.(instance);
	await vi.waitFor(async () => expect(await lab.live(person.did)).toEqual([]));
	await close();
	return instance.wire.steps;
}

/** A success is one whatever else is in it (RFC 7009 §2.2): nobody could tell. */
const SUCCESSES = ["html", "empty", "garbled JSON", "endless", "huge", "half", "drip"];
const isAnswer = ({ step, fault }: ReturnType<typeof cases>[number]) =>
	step.label === "POST /oauth/revoke" && SUCCESSES.includes(fault.does);

const steps = await recorded();
const all = cases("revocation,", steps).filter((one) => !isAnswer(one));

for (const [index, { title, step, fault }] of all.entries()) {
	const [way = "", giveUp] = Object.entries(ways)[index % 2] ?? [];
	test.concurrent(`${title}, at ${way}`, async () => {
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
		const acted = fault.acted && step === steps.at(-1);
		expect(await lab.live(person.did)).toHaveLength(acted ? 0 : 1);
		const session = way === "disconnect" ? 1 : 0;
		expect(ledger(app)).toEqual({ user: 1, account: 1, session, bskySession: 0, bskyState: 0 });

		await wire.heal();
		await lab.retry(instance);
		expect(await lab.live(person.did)).toEqual([]);
		await close();
	});
}

test("every fault is among them", () => {
	for (const fault of FAULTS) expect(all.map((one) => one.fault)).toContain(fault);
});
