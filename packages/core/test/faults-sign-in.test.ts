import { afterAll, expect, test, vi } from "vitest";
import {
	cases,
	expectNoLeak,
	expectNothingStrayed,
	expectSentence,
	FaultLab,
	type Instance,
	ledger,
	NOTHING,
} from "./faults-kit.ts";

vi.mock(import("../src/oauth/fetch.ts"), async (original) =>
	(await import("./faults-kit.ts")).impatient(original),
);

const lab = await FaultLab.start();
afterAll(() => lab.close());

const person = await lab.newPerson();

const begin = ({ browser }: Instance) =>
	browser.post("/bsky/sign-in", { handle: person.handle, callbackURL: "/me" });

/** What a sign-in asks for when nothing is cached and nothing fails. */
async function recorded() {
	const instance = await lab.open();
	expect((await begin(instance)).status).toBe(200);
	return instance.wire.steps;
}

const all = cases("sign-in,", await recorded());

for (const { title, step, fault } of all) {
	test.concurrent(title, async () => {
		const instance = await lab.open();
		instance.wire.arm(step, fault);
		const start = performance.now();
		const response = await begin(instance);
		const text = await response.text();
		expect(performance.now() - start).toBeLessThan(15_000);
		expect(instance.wire.hits).toBe(1);
		expectNothingStrayed(instance);
		const answer = JSON.parse(text) as Record<string, unknown>;
		if (response.ok) {
			// Only what we can do without may fail unnoticed.
			expect(fault.name).toBe("");
			expect(ledger(instance.app)).toEqual({ ...NOTHING, bskyState: 1 });
		} else {
			// Not HANDLE_NOT_FOUND, and not an error of ours: the person typed it right, and we are well.
			expect(["SERVER_UNREACHABLE", "SERVER_UNSUPPORTED"]).toContain(answer.code);
			expect([503, 422]).toContain(response.status);
			expectSentence(answer.code, answer.message);
			expectNoLeak(instance, text);
			expect(ledger(instance.app)).toEqual(NOTHING);
		}
		await instance.wire.heal();
		expect((await begin(instance)).status).toBe(200);
		await instance.app.close();
	});
}
