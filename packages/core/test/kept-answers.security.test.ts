import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ensureBrowser, launchBrowser } from "@better-auth-bsky/tools/browser";
import { bearer } from "better-auth/plugins";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApps, type Person, signIn, useWorld } from "./accounts-kit.ts";
import type { App } from "./kit.ts";

// Answers that a browser keeps, as `cacheControl` in `xrpc.allow` lets it: whom they are given to.

const METHOD = "xyz.evil.method";
const world = await useWorld();
const open = openApps(world);

describe.skipIf(process.env.NO_BROWSER)("in Chromium", () => {
	let browser: Browser;
	let app: App;
	let page: Page;
	const front = createServer((_, response) =>
		response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
	);

	beforeAll(async () => {
		browser = await launchBrowser(ensureBrowser());
		await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
		app = await open({
			plugins: [bearer()],
			plugin: { xrpc: { allow: [{ nsid: METHOD, cacheControl: "private, max-age=60" }] } },
			auth: { trustedOrigins: [frontEnd()] },
		});
	});
	afterAll(async () => {
		await browser.close();
		front.close();
	});
	const frontEnd = () => `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
	const api = () => `${app.origin}/api/auth`;

	/** In a browser of its own, on a page. */
	const opened = async (at: string) => {
		page = await (await browser.newContext()).newPage();
		await page.goto(at);
	};

	const ask = (path: string, init: object = {}): Promise<unknown> =>
		page.evaluate(
			`fetch(${JSON.stringify(`${api()}${path}`)}, ${JSON.stringify(init)}).then((answer) => answer.json(), String)`,
		);
	const post = (path: string, body: object) =>
		ask(path, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	const call = (headers: Record<string, string> = {}, init: object = {}) =>
		ask(`/bsky/xrpc/${METHOD}`, { headers, ...init });

	/** Somebody whose server says whose it is, and how it was asked. */
	async function somebody(): Promise<Person> {
		const person = await world.newPerson();
		person.xrpc = ({ headers }, response) =>
			response
				.writeHead(200, { "content-type": "application/json" })
				.end(JSON.stringify({ of: person.did, ...headers }));
		return person;
	}

	async function comeAs(person: Person): Promise<void> {
		const begun = await post("/bsky/sign-in", { handle: person.did, callbackURL: "/api/auth/ok" });
		await page.goto(person.approve((begun as { url: string }).url).href);
	}

	async function tokenOf(person: Person): Promise<{ authorization: string }> {
		const at = app.browser();
		await signIn(at, person);
		const { session } = await at.json("/get-session");
		return { authorization: `Bearer ${(session as { token: string }).token}` };
	}

	test("another account of theirs is answered for itself, once it is connected or the last one goes", async () => {
		const [first, second] = [await somebody(), await somebody()];
		await opened(`${api()}/ok`);
		await comeAs(first);
		expect(await call()).toMatchObject({ of: first.did });
		await comeAs(second);
		expect(await call()).toMatchObject({ of: second.did });
		const accountId = app.rows("account").find((row) => row.accountId === second.did)?.id;
		await post("/unlink-account", { accountId });
		expect(await ask("/bsky/session")).toMatchObject({ did: first.did });
		expect(await call()).toMatchObject({ of: first.did });
	});

	test("another bearer, and nobody, are answered for themselves", async () => {
		const [first, second] = [await somebody(), await somebody()];
		const [one, other] = [await tokenOf(first), await tokenOf(second)];
		await opened(`${api()}/ok`);
		const init = { credentials: "omit" };
		expect(await call(one, init)).toMatchObject({ of: first.did });
		expect(await call(other, init)).toMatchObject({ of: second.did });
		expect(await call({}, init)).toMatchObject({ error: "AuthMissing" });
	});

	test("a bearer of a trusted front end may call from there", async () => {
		const person = await somebody();
		const authorization = await tokenOf(person);
		await opened(frontEnd());
		expect(await call(authorization)).toMatchObject({ of: person.did });
	});

	test.each([
		["atproto-accept-labelers", `did:plc:${"a".repeat(24)}`, `did:plc:${"b".repeat(24)}`],
		["accept-language", "en", "de"],
		["x-bsky-topics", "a", "b"],
		["atproto-proxy", "did:web:api.bsky.app#bsky_appview", undefined],
	])("a question with another %s is asked", async (name, one, other) => {
		await opened(`${api()}/ok`);
		await comeAs(await somebody());
		expect(await call({ [name]: one })).toMatchObject({ [name]: one });
		const asked = (await call(other === undefined ? {} : { [name]: other })) as object;
		expect(new Map(Object.entries(asked)).get(name)).toBe(other);
	});
});
