import { ensureBrowser, launchBrowser } from "@better-auth-bsky/tools/browser";
import type { BetterAuthPlugin } from "better-auth";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, startApp } from "./kit.ts";

/** A browser that doesn't say what it wants something for. */
const silent: BetterAuthPlugin = {
	id: "silent",
	async onRequest(request) {
		const headers = new Headers(request.headers);
		for (const name of [...headers.keys()].filter((each) => each.startsWith("sec-fetch-")))
			headers.delete(name);
		return { request: new Request(request, { headers }) };
	},
};

const RUN = "fetch('/ran')";
const BODIES = {
	"text/html": `<!doctype html><script>${RUN}</script>`,
	"image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg"><script>${RUN}</script></svg>`,
	"application/xhtml+xml": `<html xmlns="http://www.w3.org/1999/xhtml"><script>${RUN}</script></html>`,
	"text/javascript": RUN,
	"application/javascript": RUN,
	"application/json": RUN,
	"application/octet-stream": RUN,
	"video/mp4": RUN,
	"text/css": "body { background: url(/ran) }",
	"": `<!doctype html><script>${RUN}</script>`,
};

/** In the page: adds an element, and waits until it has come to something. */
const put = (page: Page, name: string, attributes: Record<string, string>) =>
	page.evaluate(`new Promise((resolve) => {
		const element = Object.assign(document.createElement("${name}"), ${JSON.stringify(attributes)});
		element.onload = element.onerror = () => setTimeout(resolve, 20);
		setTimeout(resolve, 400);
		document.body.append(element);
	})`);

/** What a page can do with an address. */
const WAYS: Record<string, (page: Page, url: string) => Promise<unknown>> = {
	"in a frame": (page, src) => put(page, "iframe", { src }),
	"as an object": (page, data) => put(page, "object", { data }),
	"as an embed": (page, src) => put(page, "embed", { src }),
	"as a picture": (page, src) => put(page, "img", { src }),
	"as a script": (page, src) => put(page, "script", { src }),
	"as a module": (page, src) => put(page, "script", { src, type: "module" }),
	"as a stylesheet": (page, href) => put(page, "link", { href, rel: "stylesheet" }),
	"as a worker": (page, url) =>
		page.evaluate(`new Promise((resolve) => {
			new Worker("${url}").onerror = resolve;
			setTimeout(resolve, 300);
		})`),
	"as a service worker": (page, url) =>
		page.evaluate(`navigator.serviceWorker.register("${url}").catch(() => {}).then(() => {})`),
};

const registered = (page: Page) =>
	page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)");

describe.skipIf(process.env.NO_BROWSER)(
	"nothing that a server answers runs on the app's origin",
	() => {
		let mallory: EvilServer & { close(): Promise<void> };
		let world: Awaited<ReturnType<typeof startDirectories>>;
		let browser: Browser;
		const apps: App[] = [];

		beforeAll(async () => {
			mallory = await startEvilServer();
			world = await startDirectories([mallory]);
			browser = await launchBrowser(ensureBrowser());
			mallory.xrpc = (request, response) => {
				const type = new URL(request.url ?? "", mallory.origin).searchParams.get("type") ?? "";
				response.writeHead(200, {
					...(type && { "content-type": type }),
					"service-worker-allowed": "/",
					"content-disposition": "inline",
				});
				response.end(Object.entries(BODIES).find(([name]) => name === type)?.[1]);
			};
		});
		afterAll(async () => {
			await browser.close();
			await Promise.all([mallory, world, ...apps].map((each) => each.close()));
		});

		test.each([
			["in a browser that says what it wants something for", []],
			["in one that says nothing", [silent]],
		])("%s", async (_name, plugins) => {
			const app = await startApp(world, { plugins, plugin: { xrpc: { allow: ["xyz.evil.*"] } } });
			apps.push(app);
			const person = app.browser();
			await person.arrive(mallory.approve(await person.begin(mallory.did)));
			const context = await browser.newContext();
			await context.addCookies(
				[...person.cookies].map(([name, value]) => ({ name, value, url: app.origin })),
			);
			const page = await context.newPage();
			const ran: string[] = [];
			let now = "";
			context.on("request", (request) => {
				if (new URL(request.url()).pathname === "/ran") ran.push(now);
			});
			const answers: number[] = [];
			page.on("response", (response) => answers.push(response.status()));
			for (const type of Object.keys(BODIES)) {
				await page.goto(`${app.origin}/api/auth/ok`);
				const query = new URLSearchParams({ type });
				const url = `${app.origin}/api/auth/bsky/xrpc/xyz.evil.method?${query}`;
				now = type;
				await Promise.all(Object.values(WAYS).map((use) => use(page, url)));
				const workers = await registered(page);
				expect([type, workers]).toEqual([type, 0]);
				now = `${type} opened`;
				await page.goto(url).catch(() => {});
			}
			expect(ran).toEqual([]);
			// What a script fetches does arrive, so that all this was about answers.
			expect(answers).toContain(plugins.length ? 200 : 403);
			await context.close();
		});
	},
);
