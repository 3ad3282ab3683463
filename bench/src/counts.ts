import { approve } from "@better-auth-bsky/devnet";
import { startApp } from "./app.ts";
import { startBare } from "./bare.ts";
import { arrive, expectOk } from "./browser.ts";
import { type CountingFetch, countingFetch, type Statements } from "./counting.ts";
import type { Addresses, Person } from "./network.ts";

/** Everything that comes out the same on every run. */
export interface Counts {
	statements: Record<
		"signUpEmail" | "getSession" | "start" | "newPerson" | "returning" | "session" | "restore",
		Statements
	>;
	requests: Record<"ours" | "bare", Record<"start" | "newPerson" | "returning", number>>;
}

/** Signs one person in twice on both sides, and counts. Background work is waited for and counted. */
export async function count(addresses: Addresses, person: Person): Promise<Counts> {
	const bareFetch = countingFetch();
	const bare = startBare(addresses, bareFetch.fetch);
	const barely = async (counter: CountingFetch) => {
		const url = await bare.begin(person.handle);
		const start = counter.take();
		await bare.arrive(await approve(url, { account: person }));
		return { start, callback: counter.take() };
	};
	const bareFirst = await barely(bareFetch);
	const bareAgain = await barely(bareFetch);

	const { fetch, ...requests } = countingFetch();
	using app = await startApp({ ...addresses, fetch });
	const taken = async () => {
		await app.settled();
		return { statements: app.database.take(), requests: requests.take() };
	};
	const signIn = async () => {
		const browser = app.browser();
		const url = await browser.begin(person.handle);
		const start = await taken();
		await arrive(browser, await approve(url, { account: person }));
		return { browser, start, callback: await taken() };
	};
	await taken();
	const first = await signIn();
	const again = await signIn();
	const { browser } = again;
	await expectOk(await browser.get("/bsky/session"));
	await taken();
	await expectOk(await browser.get("/bsky/session"));
	const session = await taken();
	await expectOk(await browser.post("/bsky/restore", {}));
	const restore = await taken();

	return {
		statements: {
			...(await countAlone()),
			start: first.start.statements,
			newPerson: first.callback.statements,
			returning: again.callback.statements,
			session: session.statements,
			restore: restore.statements,
		},
		requests: {
			ours: {
				start: first.start.requests,
				newPerson: first.callback.requests,
				returning: again.callback.requests,
			},
			bare: {
				start: bareFirst.start,
				newPerson: bareFirst.callback,
				returning: bareAgain.callback,
			},
		},
	};
}

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
