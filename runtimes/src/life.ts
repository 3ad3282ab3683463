import { type Account, approve, type Network } from "@better-auth-bsky/devnet";
import { type HttpBrowser, sendTo } from "@better-auth-bsky/tools/http-browser";
import { expect, vi } from "vitest";
import { Browser } from "../../packages/core/test/kit.ts";
import type { LifeApp } from "../../packages/core/test/whole-life.ts";
import type { Running } from "./runtimes.ts";

/** A browser in front of the app. Each runtime closes idle connections at another time: it keeps none. */
export function browserOf({ port }: Running, origin = `http://localhost:${port}`): Browser {
	return new Browser(origin, sendTo(`http://127.0.0.1:${port}`, false));
}

/** What one person does with the app, from the sign-in to the sign-out, over HTTP. */
export async function live(
	network: Network,
	app: Running,
	origin: string,
	person: Account,
): Promise<void> {
	const browser = browserOf(app, origin);
	await signIn(browser, person);
	expect(await browser.user()).toMatchObject({ bskyDid: person.did, bskyHandle: person.handle });
	const session = { active: true, did: person.did, handle: person.handle };
	expect(await browser.json("/bsky/session")).toMatchObject(session);
	expect(await ask(browser, "agent")).toMatchObject({ did: person.did });

	await callFromPage(browser, person.did);

	// Five at once want new tokens: one asks for them, the others wait at the lock.
	await ask(browser, "expire", { "x-did": person.did });
	const [before] = await network.liveTokens(person.did);
	const restored = await Promise.all(
		Array.from({ length: 5 }, () => browser.post("/bsky/restore", {})),
	);
	for (const answer of restored) {
		expect(answer.status).toBe(200);
		expect(await answer.json()).toMatchObject({ active: true, did: person.did });
	}
	const [after, ...more] = await network.liveTokens(person.did);
	expect(more).toEqual([]);
	expect(after).not.toEqual(before);
	expect(await ask(browser, "agent")).toMatchObject({ did: person.did });

	await browser.post("/sign-out", {});
	expect(await browser.user()).toBeNull();
	await vi.waitFor(async () => expect(await network.liveTokens(person.did)).toEqual([]), 10_000);
}

/** Calls at the person's server, as a page makes them: each way that a body goes. */
async function callFromPage(browser: Browser, did: string): Promise<void> {
	expect(await browser.json("/bsky/xrpc/com.atproto.server.getSession")).toMatchObject({ did });
	const call = (method: string, type: string, body: string | Uint8Array<ArrayBuffer>) =>
		browser.fetch(`/api/auth/bsky/xrpc/com.atproto.repo.${method}`, {
			...{ method: "POST", headers: { "content-type": type }, body },
			...{ duplex: "half" },
		});
	for (const size of [10, 1024 * 1024]) {
		const uploaded = await call("uploadBlob", "image/png", new Uint8Array(size));
		expect(await uploaded.json()).toMatchObject({ blob: { size } });
	}
	const record = {
		$type: "xyz.statusphere.status",
		status: "x",
		createdAt: new Date(0).toISOString(),
	};
	const written = (repo: string) =>
		call(
			"createRecord",
			"application/json",
			JSON.stringify({ repo, collection: record.$type, record }),
		);
	expect((await written(did)).status).toBe(200);
	expect((await written("did:plc:mfijebnmpkytgbpvijlnygzu")).status).toBe(403);
	expect(await browser.json("/bsky/xrpc/com.atproto.server.getSession")).toMatchObject({ did });
}

/** An app in which people live, seen from outside: it says itself what is in its tables. */
export function lifeApp(app: Running, origin: string): LifeApp {
	const driver = browserOf(app, origin);
	return {
		browser: () => browserOf(app, origin),
		async rows(model) {
			const { rows } = await ask(driver, "rows", { "x-model": model });
			return rows as Record<string, unknown>[];
		},
		expire: async (did) => void (await ask(driver, "expire", { "x-did": did })),
		ask: async (userId) => String((await ask(driver, "agent", { "x-user-id": userId })).did),
	};
}

/** What the app makes of strangers' addresses, and of a server that is down. */
export async function meetOthers(app: Running, isWorker: boolean, down: Account): Promise<void> {
	const browser = browserOf(app);
	const refusal = async (url: string) => (await ask(browser, "guard", { "x-url": url })).refusal;
	for (const host of ["127.0.0.1", "[::1]", "169.254.169.254", "localhost", "db.internal"]) {
		expect(await refusal(`https://${host}/`)).toContain("Not an address to call");
		expect(await refusal(`http://${host}/`)).toContain("Not an address to call");
	}
	// On workers, it is the platform that judges where a name leads to.
	if (!isWorker) {
		expect(await refusal("https://looks-public.dev/")).toContain(
			"The name leads to an address that is not public.",
		);
	}
	const answer = await browser.post("/bsky/sign-in", { handle: down.handle });
	expect([answer.status, await answer.json()]).toMatchObject([503, { code: "SERVER_UNREACHABLE" }]);
}

/** The whole sign-in of a person; it ends where it was to. */
export async function signIn(browser: HttpBrowser, person: Account): Promise<void> {
	const url = await browser.begin(person.handle);
	const end = await browser.arrive(await approve(url, { account: person }));
	expect(end.href).toBe(`${browser.origin}/me`);
}

/** Has the app do something that only the test asks for. */
export async function ask(
	browser: HttpBrowser,
	action: string,
	headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
	const answer = await browser.fetch(`/test/${action}`, { method: "POST", headers });
	const body = (await answer.json()) as Record<string, unknown>;
	if (!answer.ok) throw new Error(`${action}: ${answer.status} ${JSON.stringify(body)}`);
	return body;
}
