import { approve } from "@better-auth-bsky/devnet";
import { Client } from "pg";
import { databaseKinds, type TestDatabase } from "../../packages/core/test/databases.ts";
import { fillPeople } from "../../packages/core/test/people.ts";
import { type RunningApp, startAppOn } from "./app.ts";
import { arrive } from "./browser.ts";
import { interleave, type Side } from "./interleave.ts";
import type { Addresses, Person } from "./network.ts";

type Crowds = "few" | "many";

/**
 * The callback of a person who has signed in before, in an app on PostgreSQL that few people use, and
 * in one that many do.
 *
 * @param crowds how many people besides have signed in
 * @returns or why it can't be measured here
 */
export async function timeCrowdedCallbacks(
	addresses: Addresses,
	people: Record<Crowds, Person>,
	crowds: Record<Crowds, number>,
	rounds: number,
	warmUp: number,
): Promise<Record<Crowds, number> | { missing: string }> {
	const kind = (await databaseKinds()).find(({ name }) => name === "PostgreSQL");
	if (!kind || kind.missing) return { missing: kind?.missing ?? "no PostgreSQL" };
	await using few = await crowdedApp(await kind.create(), addresses, people.few, crowds.few);
	await using many = await crowdedApp(await kind.create(), addresses, people.many, crowds.many);
	return await interleave(rounds, warmUp, { few, many });
}

async function crowdedApp(
	{ database, url, drop }: TestDatabase,
	addresses: Addresses,
	person: Person,
	crowd: number,
): Promise<Side & AsyncDisposable> {
	try {
		const app = await startAppOn(database, addresses);
		// What an app does with its very first sign-in only, it did before so many had come.
		await signIn(app, person);
		await app.settled();
		await fill(url, app, crowd);
		return {
			prepare: () => comeBack(app, person),
			settle: () => app.settled(),
			[Symbol.asyncDispose]: drop,
		};
	} catch (error) {
		await drop();
		throw error;
	}
}

async function comeBack(app: RunningApp, person: Person): Promise<() => Promise<void>> {
	const browser = app.browser();
	const callback = await approve(await browser.begin(person.handle), { account: person });
	return () => arrive(browser, callback);
}

const signIn = async (app: RunningApp, person: Person) => (await comeBack(app, person))();

async function fill(url: string, { auth }: RunningApp, crowd: number): Promise<void> {
	const connection = new Client(url);
	await connection.connect();
	await fillPeople(connection, auth.options, crowd);
	// What loading left to write is written now, and not while the clock runs.
	await connection.query("checkpoint");
	await connection.end();
}
