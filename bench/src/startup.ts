import { execFile, execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { type App, CALLBACK, COMMON_OPTIONS, startApp } from "./app.ts";
import { SCOPE } from "./bare.ts";
import { median as medianOf } from "./interleave.ts";
import type { Addresses, Person } from "./network.ts";

/** CPU time in milliseconds, from before the imports. */
interface Startup {
	imported: number;
	/** The first `/get-session` of somebody who is signed in. */
	answered: number;
	/** The first sign-in: to where the person is sent to their server. */
	begun: number;
}

export interface Startups extends Record<"alone" | "withPlugin", Startup> {
	/** The bare SDK, which answers no `/get-session`. */
	bare: Pick<Startup, "begun">;
}

/** A cold process each time, with the package as it is published: compiled. */
export async function measureStartup(
	{ handleResolver, plcDirectoryUrl }: Addresses,
	{ handle }: Person,
	rounds: number,
): Promise<Startups> {
	execFileSync("turbo", ["run", "build", "--filter=@better-auth-bsky/core"], {
		cwd: ROOT,
		stdio: ["ignore", "ignore", "inherit"],
		shell: process.platform === "win32",
	});
	using app = await startApp({});
	using plain = await startApp(null);
	const signIn = { addresses: { handleResolver, plcDirectoryUrl }, handle };
	const cookies = { app: await signUp(app), plain: await signUp(plain) };
	const sdkUrl = import.meta.resolve("@atproto/oauth-client-node");
	const children = {
		withPlugin: child("startup-child.mjs", {
			...APP,
			...signIn,
			coreUrl: pathToFileURL(join(CORE, "dist", "index.js")).href,
			file: app.file,
			cookie: cookies.app,
		}),
		alone: child("startup-child.mjs", { ...APP, file: plain.file, cookie: cookies.plain }),
		bare: child("bare-startup-child.mjs", {
			...signIn,
			sdkUrl,
			scope: SCOPE,
			redirectUri: CALLBACK,
		}),
	};
	const names = ["withPlugin", "alone", "bare"] as const;
	const runs = { withPlugin: [] as Startup[], alone: [] as Startup[], bare: [] as Startup[] };
	for (let round = -1; round < rounds; round++) {
		for (const name of round % 2 ? names : names.toReversed()) {
			const run = await children[name]();
			// The first one fills the file system's cache.
			if (round >= 0) runs[name].push(run);
		}
	}
	const median = (name: keyof typeof runs, what: keyof Startup) =>
		medianOf(runs[name].map((run) => run[what]));
	const medians = (name: keyof typeof runs): Startup => ({
		imported: median(name, "imported"),
		answered: median(name, "answered"),
		begun: median(name, "begun"),
	});
	return {
		withPlugin: medians("withPlugin"),
		alone: medians("alone"),
		bare: { begun: median("bare", "begun") },
	};
}

const CORE = join(ROOT, "packages", "core");

/** What both apps are told. The copy of better-auth is the plugin's peer: an app has only one. */
const APP = {
	betterAuthUrl: pathToFileURL(createRequire(join(CORE, "package.json")).resolve("better-auth"))
		.href,
	options: COMMON_OPTIONS,
};

/** Somebody who is signed in by e-mail, in a database that the processes open afterwards. */
async function signUp(app: App): Promise<string> {
	const browser = app.browser();
	await browser.signUpWithEmail("e@example.com");
	await app.settled();
	return browser.cookie;
}

/** Runs a file with an input, and returns what it prints. */
const child = (file: string, input: object) => async (): Promise<Startup> => {
	const { stdout } = await promisify(execFile)(process.execPath, [
		join(import.meta.dirname, file),
		JSON.stringify(input),
	]);
	return JSON.parse(stdout) as Startup;
};
