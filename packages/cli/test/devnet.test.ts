import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BIN, NODE, run } from "./run.ts";

test.each([
	["--version", /^\d+\.\d+\.\d+/],
	["--help", /--publish/],
])("devnet %s is that of the network's own command", async (flag, said) => {
	const { code, out } = await run("devnet", flag);
	expect(out).toMatch(said);
	expect(code).toBe(0);
});

test("Ctrl+C in a terminal goes to both, and stops the network as it should", async () => {
	const folder = mkdtempSync(join(tmpdir(), "bsky-cli-devnet-"));
	const args = ["devnet", "--port", "0", "--no-accounts", "--appview", "none", "--json"];
	const child = spawn(process.execPath, [...NODE, BIN, ...args], {
		// Those that a terminal tells are a group.
		detached: true,
		env: { ...process.env, TMPDIR: folder },
	});
	const group = -(child.pid ?? 0);
	onTestFinished(() => {
		if (child.exitCode === null) process.kill(group, "SIGKILL");
	});
	await once(child.stdout, "data");
	process.kill(group, "SIGINT");
	expect(await once(child, "exit")).toEqual([0, null]);
	const left = readdirSync(folder, { recursive: true, encoding: "utf8" });
	expect(left.filter((name) => !/^bsky-devnet-running-\d+$/.test(name))).toEqual([]);
});
