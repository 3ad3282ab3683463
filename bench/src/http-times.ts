import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { approve } from "@better-auth-bsky/devnet";
import { HttpBrowser, sendTo } from "@better-auth-bsky/tools/http-browser";
import { ORIGIN } from "./app.ts";
import { arrive } from "./browser.ts";
import { interleave, type Side } from "./interleave.ts";
import type { Addresses, Person } from "./network.ts";

type HttpTimes = Record<"ours" | "bare", number>;

/**
 * The callback of a person who has signed in before, as their browser sees it: over HTTP, from a web
 * server in a process of its own, beside one with the bare SDK.
 */
export async function timeHttpCallbacks(
	addresses: Addresses,
	people: Record<keyof HttpTimes, Person>,
	rounds: number,
	warmUp: number,
): Promise<HttpTimes> {
	await using ours = await startServer("ours", addresses);
	await using bare = await startServer("bare", addresses);
	return await interleave(rounds, warmUp, {
		ours: sideOf(people.ours, ours.browser, (browser, handle) => browser.begin(handle)),
		bare: sideOf(people.bare, bare.browser, beginAtBare),
	});
}

const sideOf = (
	person: Person,
	open: () => HttpBrowser,
	begin: (browser: HttpBrowser, handle: string) => Promise<string>,
): Side => ({
	async prepare() {
		const browser = open();
		const url = await begin(browser, person.handle);
		const callback = await approve(url, { account: person });
		return () => arrive(browser, callback);
	},
	// What the answer didn't wait for, the other side's clock must not pay for: both have the same pause.
	settle: () => setTimeout(SETTLES_IN),
});

/** In milliseconds: longer than a revocation takes. */
const SETTLES_IN = 60;

async function beginAtBare(browser: HttpBrowser, handle: string): Promise<string> {
	const answer = await browser.fetch(`/login?handle=${handle}`);
	const location = answer.headers.get("location");
	if (!location) throw new Error(`login: ${answer.status}`);
	return location;
}

interface Server extends AsyncDisposable {
	browser(): HttpBrowser;
}

async function startServer(
	side: keyof HttpTimes,
	{ handleResolver, plcDirectoryUrl }: Addresses,
): Promise<Server> {
	const child = fork(
		new URL("http-child.ts", import.meta.url),
		[side, handleResolver, plcDirectoryUrl],
		{ execArgv: ["--conditions=@better-auth-bsky/source"] },
	);
	const exited = once(child, "exit");
	const [port] = (await Promise.race([once(child, "message"), exited])) as [number | null];
	if (!child.connected) throw new Error(`The server of ${side} did not start: ${port}`);
	return {
		browser: () => new HttpBrowser(ORIGIN, sendTo(`http://127.0.0.1:${port}`)),
		async [Symbol.asyncDispose]() {
			child.disconnect();
			await exited;
		},
	};
}
