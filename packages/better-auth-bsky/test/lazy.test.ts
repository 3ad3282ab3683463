import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("an app that nobody signs in to with Bluesky loads nothing of the SDK", async () => {
	const app = fileURLToPath(new URL("lazy/app.ts", import.meta.url));
	const conditions = "--conditions=@better-auth-bsky/source";
	const { stdout } = await promisify(execFile)(process.execPath, [conditions, app]);
	const { statuses, steps } = JSON.parse(stdout);
	expect(statuses).toEqual([200, 200, 200, 401]);
	expect(steps.import).toEqual([]);
	expect(steps.use).toEqual([]);
	expect(steps.typo).toEqual([]);
	// Scopes that need a grammar are judged at the start.
	expect(steps.scopes).toEqual(["@atproto/did", "@atproto/oauth-scopes", "@atproto/syntax"]);
	// The first sign-in does load it, so this test would see it.
	expect(steps.signIn).toContain("@atproto/oauth-client");
});
