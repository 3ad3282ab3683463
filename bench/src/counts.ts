import { approve } from "@better-auth-bsky/devnet";
import { startApp } from "./app.ts";
import { startBare } from "./bare.ts";
import { arrive, expectOk } from "./browser.ts";
import { type CountingFetch, countingFetch, type Statements } from "./counting.ts";
import type { Addresses, Person } from "./network.ts";

/** What a browser calls. */
const METHOD = "com.atproto.server.getSession";

/** Everything that comes out the same on every run. */
export interface Counts {
	statements: Record<
		| "signUpEmail"
		| "getSession"
		| "nowAndThen"
		| "start"
		| "newPerson"
		| "returning"
		| "session"
		| "restore"
		| "call",
		Statements
	>;
	requests: Record<"ours" | "bare", Record<"start" | "newPerson" | "returning", number>>;
}

/**
 * Signs people in twice, and counts. Background work is waited for and counted.
 *
 * @param first signs in on both sides while nothing is known: the requests are counted
 * @param next signs in to the app afterwards, which has done then what it does once or once a minute:
 * the statements are counted
 */
export async function count(
	addresses: Addresses,
	{ first, next }: Record<"first" | "next", Person>,
): Promise<Counts> {
	const bareFetch = countingFetch();
	const bare = startBare(addresses, bareFetch.fetch);
	const barely = async (counter: CountingFetch) => {
		const url = await bare.begin(first.handle);
		const start = counter.take();
		await bare.arrive(await approve(url, { account: first }));
		return { start, callback: counter.take() };
	};
	const bareFirst = await barely(bareFetch);
	const bareAgain = await barely(bareFetch);

	const { fetch, ...requests } = countingFetch();
	using app = await startApp({ ...addresses, fetch, xrpc: { allow: [METHOD] } });
	const taken = async () => {
		await app.settled();
		return { statements: app.database.take(), requests: requests.take() };
	};
	const signIn = async (person: Person) => {
		const browser = app.browser();
		const url = await browser.begin(person.handle);
		const start = await taken();
		await arrive(browser, await approve(url, { account: person }));
		return { browser, start, callback: await taken() };
	};
	await taken();
	const known = { first: await signIn(first), again: await signIn(first) };
	const counted = { first: await signIn(next), again: await signIn(next) };
	const { browser } = counted.again;
	await expectOk(await browser.get("/bsky/session"));
	await taken();
	await expectOk(await browser.get("/bsky/session"));
	const session = await taken();
	await expectOk(await browser.post("/bsky/restore", {}));
	const restore = await taken();
	await expectOk(await browser.get(`/bsky/xrpc/${METHOD}`));
	const call = await taken();

	return {
		statements: {
			...(await countAlone()),
			nowAndThen: less(known.first.start.statements, counted.first.start.statements),
			start: counted.first.start.statements,
			newPerson: counted.first.callback.statements,
			returning: counted.again.callback.statements,
			session: session.statements,
			restore: restore.statements,
			call: call.statements,
		},
		requests: {
			ours: {
				start: known.first.start.requests,
				newPerson: known.first.callback.requests,
				returning: known.again.callback.requests,
			},
			bare: {
				start: bareFirst.start,
				newPerson: bareFirst.callback,
				returning: bareAgain.callback,
			},
		},
	};
}

const less = (all: Statements, without: Statements): Statements => ({
	statements: all.statements - without.statements,
	brackets: all.brackets - without.brackets,
});

async function countAlone(): Promise<Record<"signUpEmail" | "getSession", Statements>> {
	using app = await startApp(null);
	const browser = app.browser();
	app.database.take();
	await browser.signUpWithEmail("e@example.com");
	await app.settled();
	const signUpEmail = app.database.take();
	await expectOk(await browser.get("/get-session"));
	await app.settled();
	return { signUpEmail, getSession: app.database.take() };
}
