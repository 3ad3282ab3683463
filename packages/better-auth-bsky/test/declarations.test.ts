import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const core = fileURLToPath(new URL("../../core", import.meta.url));

/** Modules that an app has itself. */
const REACHABLE = /^(better-auth$|better-auth\/|node:|crypto$)/;

// The type that betterAuth() infers spells out what atprotoAuth() returns. A type in it that an app
// has no name for ends the app's own `tsc --declaration` with TS2883: of zod, say, which pnpm hides
// from the app. Give such a thing a type of better-auth's, or export its type from core's index.
test("the type of the plugin names nothing that an app can't", async () => {
	const folder = await mkdtemp(join(tmpdir(), "bsky-declarations-"));
	const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
	const args = ["-p", "tsconfig.build.json", "--emitDeclarationOnly", "--outDir", folder];
	await promisify(execFile)(process.execPath, [tsc, ...args], { cwd: core });
	const plugin = await readFile(join(folder, "plugin.d.ts"), "utf8");
	const index = await readFile(join(folder, "index.d.ts"), "utf8");
	await rm(folder, { recursive: true });

	const inline = [...plugin.matchAll(/import\("([^"]+)"\)\.([\w$]+)/g)];
	expect(inline.length).toBeGreaterThan(0);
	const exported = (name = "") => new RegExp(`\\b${name}\\b`).test(index);
	const unnameable = inline
		.filter(([, from = "", name]) => !REACHABLE.test(from) && !exported(name))
		.map(([text]) => text);
	expect([...new Set(unnameable)]).toEqual([]);
});
