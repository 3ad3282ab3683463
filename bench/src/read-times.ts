import { approve } from "@better-auth-bsky/devnet";
import { startApp } from "./app.ts";
import { arrive, expectOk } from "./browser.ts";
import { interleave } from "./interleave.ts";
import type { Addresses, Person } from "./network.ts";

/** What a page asks for all the time, next to the `/get-session` of an app without the plugin. */
export async function timeReads(
	addresses: Addresses,
	person: Person,
	rounds: number,
): Promise<Record<"getSession" | "session" | "restore", number>> {
	// The profile stays warm for as long as this takes.
	using app = await startApp({ ...addresses, profileCacheMaxAge: 3600 });
	using alone = await startApp(null);
	const browser = app.browser();
	await arrive(browser, await approve(await browser.begin(person.handle), { account: person }));
	await app.settled();
	const plain = alone.browser();
	await plain.signUpWithEmail("e@example.com");
	return await interleave(rounds, 200, {
		getSession: { prepare: async () => async () => expectOk(await plain.get("/get-session")) },
		session: { prepare: async () => async () => expectOk(await browser.get("/bsky/session")) },
		restore: { prepare: async () => async () => expectOk(await browser.post("/bsky/restore", {})) },
	});
}
