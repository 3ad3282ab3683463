import { execFile, execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { type App, COMMON_OPTIONS, startApp } from "./app.ts";
import { median } from "./interleave.ts";

/** CPU time in milliseconds, from before the imports. */
export interface Startup {
	imported: number;
	answered: number;
}

/** A cold process each time, with the package as it is published: compiled. */
export async function measureStartup(
	rounds: number,
): Promise<Record<"alone" | "withPlugin", Startup>> {
	execFileSync("turbo", ["run", "build", "--filter=@better-auth-bsky/core"], {
		cwd: ROOT,
		stdio: ["ignore", "ignore", "inherit"],
		shell: process.platform === "win32",
	});
	using app = await startApp({});
	using plain = await startApp(null);
	const sides = { withPlugin: await inputOf(app, true), alone: await inputOf(plain, false) };
	const runs = { withPlugin: [] as Startup[], alone: [] as Startup[] };
	const names = ["withPlugin", "alone"] as const;
	for (let round = -1; round < rounds; round++) {
		for (const name of round % 2 ? names : names.toReversed()) {
			const run = await runChild(sides[name]);
			// The first one fills the file system's cache.
			if (round >= 0) runs[name].push(run);
		}
	}
	const medians = (all: Startup[]): Startup => ({
		imported: median(all.map(({ imported }) => imported)),
		answered: median(all.map(({ answered }) => answered)),
	});
	return { withPlugin: medians(runs.withPlugin), alone: medians(runs.alone) };
}

/** An app whose tables exist, and somebody who is signed in by e-mail. */
async function inputOf(app: App, withPlugin: boolean): Promise<string> {
	const browser = app.browser();
	await browser.signUpWithEmail("e@example.com");
	await app.settled();
	const core = join(ROOT, "packages", "core");
	const betterAuth = createRequire(join(core, "package.json")).resolve("better-auth");
	return JSON.stringify({
		// The copy that the plugin finds as its peer: an app has only one.
		betterAuthUrl: pathToFileURL(betterAuth).href,
		coreUrl: withPlugin ? pathToFileURL(join(core, "dist", "index.js")).href : null,
		file: app.file,
		options: COMMON_OPTIONS,
		cookie: browser.cookie,
	});
}

async function runChild(input: string): Promise<Startup> {
	const child = join(import.meta.dirname, "startup-child.mjs");
	const { stdout } = await promisify(execFile)(process.execPath, [child, input]);
	return JSON.parse(stdout) as Startup;
}
