import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Account } from "@better-auth-bsky/devnet";
import { launchBrowser } from "@better-auth-bsky/tools/browser";
import { bundle } from "@better-auth-bsky/tools/bundle";
import { systemChromiums } from "@better-auth-bsky/tools/chromium";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, newPerson, startApp, useNetwork } from "../../../core/test/kit.ts";
import type * as Door from "../../src/agent/index.ts";

const chromium = process.env.CHROMIUM_PATH ?? systemChromiums()[0];
const root = fileURLToPath(new URL("../..", import.meta.url));

declare const agents: typeof Door;

/** Nearly as much as the reference server takes. */
const SIZE = 4 * 1024 * 1024;
const PATH = "/xrpc/com.atproto.repo.uploadBlob";

/** A page of another origin, and of the same site. */
async function startFrontEnd() {
	// What is in between adds headers of its own, empty ones too.
	const server = createServer((_, response) => response.setHeader("x-zone", "").end("A front end"));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return { origin: `http://localhost:${port}`, close: () => server.close() };
}

const network = await useNetwork();

describe.skipIf(!chromium)("uploads from a browser", () => {
	let app: App;
	let frontEnd: Awaited<ReturnType<typeof startFrontEnd>>;
	let alice: Account;
	let browser: Awaited<ReturnType<typeof launchBrowser>>;
	let page: Awaited<ReturnType<typeof browser.newPage>>;
	/** What the app was asked. */
	const seen: { url: string; headers: Record<string, string> }[] = [];

	beforeAll(async () => {
		frontEnd = await startFrontEnd();
		app = await startApp(network, {
			plugin: { xrpc: { allow: ["com.atproto.repo.uploadBlob"] } },
			auth: { trustedOrigins: [frontEnd.origin] },
		});
		alice = await newPerson(network);
		const own = app.browser();
		await own.signIn(alice);
		browser = await launchBrowser(chromium ?? "");
		page = await browser.newPage();
		await page
			.context()
			.addCookies([...own.cookies].map(([name, value]) => ({ name, value, url: app.origin })));
		page.on("request", async (request) => {
			if (request.url().includes("/bsky/xrpc/"))
				seen.push({ url: request.url(), headers: await request.allHeaders() });
		});
		await visit(`${app.origin}/api/auth/ok`);
	});

	async function visit(url: string): Promise<void> {
		await page.goto(url);
		const { text } = await bundle(
			'import * as agents from "./src/agent/index.ts"; globalThis.agents = agents;',
			{ root, isWhole: true },
		);
		await page.addScriptTag({ content: text });
	}

	afterAll(async () => {
		await browser?.close();
		await app?.close();
		frontEnd?.close();
	});

	test("a file, and how much of it has left", async () => {
		const { did } = alice;
		const { progress, ...answer } = await page.evaluate(
			async ([did, size, path]) => {
				const progress: Door.UploadProgress[] = [];
				const response = await agents.createBskyAgent({ did }).fetchHandler(path, {
					method: "post",
					headers: { "content-type": "image/png" },
					body: new File([new Uint8Array(size)], "a.png"),
					onUploadProgress: (now) => progress.push(now),
				});
				const isResponse = response instanceof Response;
				const { ok, status } = response;
				const type = response.headers.get("content-type");
				return { progress, isResponse, ok, status, type, body: await response.json() };
			},
			[did, SIZE, PATH] as const,
		);
		expect(answer).toMatchObject({
			isResponse: true,
			ok: true,
			status: 200,
			type: "application/json",
			body: { blob: { size: SIZE, mimeType: "image/png" } },
		});
		expect(progress.at(-1)).toEqual({ loaded: SIZE, total: SIZE });
		const loaded = progress.map((now) => now.loaded);
		expect(loaded).toEqual([...loaded].sort((one, other) => one - other));
		const { url, headers } = seen.at(-1) ?? {};
		expect(url).toBe(`${app.origin}/api/auth/bsky${PATH}`);
		expect(headers).toMatchObject({ "x-bsky-did": did, "content-type": "image/png" });
	});

	test("a stream, as a blob", async () => {
		const { did } = alice;
		const body = await page.evaluate(
			async ([did, size, path]) => {
				const response = await agents.createBskyAgent({ did }).fetchHandler(path, {
					method: "POST",
					headers: { "content-type": "image/png" },
					body: new Blob([new Uint8Array(size)]).stream(),
				});
				return response.json();
			},
			[did, SIZE, PATH] as const,
		);
		expect(body).toMatchObject({ blob: { size: SIZE } });
	});

	test("what is refused has its code, by either way", async () => {
		const codes = await page.evaluate(async () => {
			const { fetchHandler } = agents.createBskyAgent({ did: "did:plc:somebodyelse" });
			const init = { method: "POST", body: "x" };
			const path = "/xrpc/com.atproto.repo.uploadBlob";
			const failures = [
				fetchHandler(path, init),
				fetchHandler(path, { ...init, onUploadProgress() {} }),
			].map((calling) => calling.then(() => undefined, agents.bskyErrorCode));
			return Promise.all(failures);
		});
		expect(codes).toEqual(["NOT_LINKED", "NOT_LINKED"]);
	});

	test("one is given up in the middle, with the reason of its signal", async () => {
		const reasons = await page.evaluate(
			async ([size, path]) => {
				const give = async (before: boolean) => {
					const life = new AbortController();
					if (before) life.abort("early");
					const { signal } = life;
					return agents
						.createBskyAgent()
						.fetchHandler(path, {
							method: "POST",
							body: new Blob([new Uint8Array(10 * size)]),
							signal,
							onUploadProgress: () => life.abort("enough"),
						})
						.then(() => "sent", String);
				};
				return [await give(false), await give(true)];
			},
			[SIZE, PATH] as const,
		);
		expect(reasons).toEqual(["enough", "early"]);
	});

	test("the browser's own Stop ends it, too", async () => {
		const ended = await page.evaluate(
			async ([size, path]) =>
				agents
					.createBskyAgent()
					.fetchHandler(path, {
						method: "POST",
						body: new Blob([new Uint8Array(10 * size)]),
						onUploadProgress: () => window.stop(),
					})
					.then(
						() => "sent",
						(error: Error) => error.name,
					),
			[SIZE, PATH] as const,
		);
		expect(ended).toBe("TypeError");
	});

	test("a server that isn't there is a failure as with fetch", async () => {
		const name = await page.evaluate(() =>
			agents
				.createBskyAgent({ baseURL: "http://127.0.0.1:9/api/auth" })
				.fetchHandler("/xrpc/com.atproto.repo.uploadBlob", {
					method: "POST",
					body: "x",
					onUploadProgress() {},
				})
				.then(String, (error: Error) => error.name),
		);
		expect(name).toBe("TypeError");
	});

	test("an answer may end with a header that is empty", async () => {
		await visit(frontEnd.origin);
		const answer = await page.evaluate(async (path) => {
			const init = { method: "POST", body: "x", onUploadProgress() {} };
			const response = await agents.createBskyAgent().fetchHandler(path, init);
			return [await response.text(), response.headers.get("x-zone")];
		}, PATH);
		expect(answer).toEqual(["A front end", ""]);
	});

	test("from another origin that the app trusts, with the person's cookies, by either way", async () => {
		await visit(frontEnd.origin);
		const sizes = await page.evaluate(
			async ([origin, path]) => {
				const { fetchHandler } = agents.createBskyAgent({ baseURL: `${origin}/api/auth` });
				const init = { method: "POST", body: new Blob(["12345"], { type: "text/plain" }) };
				const upload = async (more: object) =>
					(await (await fetchHandler(path, { ...init, ...more })).json()).blob.size;
				return [await upload({}), await upload({ onUploadProgress() {} })];
			},
			[app.origin, PATH] as const,
		);
		expect(sizes).toEqual([5, 5]);
	});
});
