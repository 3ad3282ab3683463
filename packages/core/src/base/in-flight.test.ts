import { expect, test } from "vitest";
import { InFlight } from "./in-flight.ts";

/** Calls by name, each answered with its number. */
function numbered(shares: boolean) {
	const flight = new InFlight<number>(shares);
	let made = 0;
	return (name: string) =>
		flight.share(name, async () => {
			const number = ++made;
			await new Promise((resolve) => setImmediate(resolve));
			if (name === "down") throw new Error(`down ${number}`);
			return number;
		});
}

test("who asks while a call is under way gets its answer; who comes later asks anew", async () => {
	const ask = numbered(true);
	expect(await Promise.all([ask("a"), ask("a"), ask("b"), ask("a")])).toEqual([1, 1, 2, 1]);
	expect(await ask("a")).toBe(3);
});

test("a failure is everybody's, and is not kept", async () => {
	const ask = numbered(true);
	const answers = await Promise.allSettled([ask("down"), ask("down")]);
	for (const answer of answers) expect(answer).toMatchObject({ reason: { message: "down 1" } });
	await expect(ask("down")).rejects.toThrow("down 2");
});

test("where requests may not wait for each other, each makes its own call", async () => {
	const ask = numbered(false);
	expect(await Promise.all([ask("a"), ask("a")])).toEqual([1, 2]);
});
