import { describe, expect, test, vi } from "vitest";
import {
	cases,
	expectNoLeak,
	expectNothingStrayed,
	expectSentence,
	type Instance,
	ledger,
	NOTHING,
	useFaultLab,
} from "./faults-kit.ts";
import { overServers, useServer } from "./servers.ts";

vi.mock(import("../src/base/fetch.ts"), async (original) =>
	(await import("./faults-kit.ts")).impatient(original),
);

const lab = await useFaultLab();

const person = await lab.newPerson();

const begin = ({ browser }: Instance) =>
	browser.post("/bsky/sign-in", { handle: person.handle, callbackURL: "/me" });

/** What a sign-in asks for when nothing is cached and nothing fails. */
async function recorded() {
	const instance = await lab.open();
	expect((await begin(instance)).status).toBe(200);
	return instance.wire.steps;
}

/** Answers that came, and are none: the server may be down, or no such server at all. */
const STRANGE = new Set<string>(["html", "empty", "garbled JSON", "endless", "huge", "redirect"]);

const tables = await overServers(lab.network, async () => cases("sign-in,", await recorded()));

describe.each(tables)("at a server like $name", ({ server, rows }) => {
	useServer(lab.network, server);

	test.concurrent.each(rows)("$title", async ({ step, fault }) => {
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
			const passing = answer.code === "SERVER_UNREACHABLE" && response.status === 503;
			const strange = answer.code === "SERVER_UNSUPPORTED" && response.status === 422;
			expect(passing || (strange && STRANGE.has(fault.does)), text).toBe(true);
			expectSentence(answer.code, answer.message);
			expectNoLeak(instance, text);
			expect(ledger(instance.app)).toEqual(NOTHING);
		}
		await instance.wire.heal();
		expect((await begin(instance)).status).toBe(200);
		await instance.app.close();
	});
});
