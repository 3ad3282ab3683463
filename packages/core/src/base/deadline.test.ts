import { expect, test } from "vitest";
import { Deadline } from "./deadline.ts";

const request = () => new Request("http://localhost:9");

/** Nothing else has its turn meanwhile, timers included. */
function busy(ms: number): void {
	const until = performance.now() + ms;
	while (performance.now() < until);
}

test.each([
	["its timer has had its turn", async (ms: number) => new Promise((done) => setTimeout(done, ms))],
	["the process was busy", async (ms: number) => busy(ms)],
])("what fails when time is up is late, where %s", async (_, pass) => {
	const deadline = new Deadline(20, request());
	await pass(40);
	expect(deadline.failure("fetch failed", new Error("refused"))).toMatchObject({
		name: "TimeoutError",
	});
	deadline.over();
});

test("before that it is what it is", () => {
	const deadline = new Deadline(60_000, request());
	const cause = new Error("refused");
	expect(deadline.failure("terminated", cause)).toMatchObject({ name: "TypeError", cause });
	deadline.over();
});
