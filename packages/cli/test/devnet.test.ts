import { expect, test } from "vitest";
import { run } from "./run.ts";

test.each([
	["--version", /^\d+\.\d+\.\d+/],
	["--help", /--publish/],
])("devnet %s is that of the network's own command", async (flag, said) => {
	const { code, out } = await run("devnet", flag);
	expect(out).toMatch(said);
	expect(code).toBe(0);
});
