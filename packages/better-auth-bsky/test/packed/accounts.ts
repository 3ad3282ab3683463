import { copyFile, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@better-auth-bsky/tools/run";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { dependencies, indirect } from "./project.ts";

/** Several accounts of one person, by plain calls in a fresh project. */

let root: string;

beforeAll(async () => {
	const tarballs = inject("tarballs");
	root = await realpath(await mkdtemp(join(tmpdir(), "better-auth-bsky-accounts-")));
	const { "better-auth": betterAuth, "better-auth-bsky": own } = dependencies(tarballs);
	const manifest = {
		private: true,
		type: "module",
		dependencies: {
			...{ "better-auth": betterAuth, "better-auth-bsky": own },
			...indirect(tarballs),
			"@better-auth-bsky/devnet": `file:${tarballs.devnet}`,
		},
	};
	await writeFile(join(root, "package.json"), JSON.stringify(manifest));
	await copyFile(new URL("project/accounts.mjs", import.meta.url), join(root, "accounts.mjs"));
	await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("signing up at a server, a second account, one more permission, a record as each", async () => {
	const seen = JSON.parse(await run(process.execPath, ["accounts.mjs"], root));
	expect(seen).toEqual({
		ways: ["/welcome", "/me", "/me"],
		offer: { signUp: true, userDomains: [".pds2.test"] },
		lacks: { code: "SCOPE_MISSING", scope: "repo:app.bsky.feed.post?action=create" },
		allowed: true,
		accounts: [
			{ handle: "newcomer.pds2.test", primary: true, current: true, active: true },
			{ handle: "alice.test", primary: false, current: false, active: true },
		],
		newcomer: { "xyz.statusphere.status": ["🦋"], "app.bsky.feed.post": [] },
		alice: { "xyz.statusphere.status": ["🐘"], "app.bsky.feed.post": ["as Alice"] },
	});
}, 120_000);
