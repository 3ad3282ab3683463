import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bundle } from "@better-auth-bsky/tools/bundle";
import { approve, deny } from "@better-auth-bsky/tools/pds-pages";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { beforeAll, expect } from "vitest";
import { describeInBrowser, REFUSED, useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";
import { startSmallApp } from "../src/small-app.ts";

/** A front end with a router of its own, as Vite would serve it: every path is the one page. */
const script = (api: string) => `
	import { atprotoAuthClient } from "@better-auth-bsky/client";
	import { createAuthClient } from "better-auth/react";
	import { createElement as h } from "react";
	import { createRoot } from "react-dom/client";
	import { BlueskySignIn, BlueskyUser, BskyProvider } from "./src/index.ts";

	const authClient = createAuthClient({ baseURL: "${api}", plugins: [atprotoAuthClient()] });
	createRoot(document.body).render(
		h(BskyProvider, { authClient }, h(BlueskyUser), h(BlueskySignIn, { callbackURL: "/me?x=1" })),
	);`;

const plainForm = (api: string) => `
	<form action="${api}/api/auth/bsky/sign-in" method="post">
		<input type="hidden" name="callbackURL" value="/me">
		<label>Handle <input name="handle"></label>
		<button>Sign in with Bluesky</button>
	</form>`;

describeInBrowser("an API and a front end on two origins", () => {
	const world = useWorld();
	const visit = useBrowser();
	let front: string;
	let api: string;

	beforeAll(async () => {
		let text = "";
		const server = createServer((request, response) => {
			const isScript = request.url === "/app.js";
			response.setHeader("content-type", `text/${isScript ? "javascript" : "html"}; charset=utf-8`);
			if (isScript) return void response.end(text);
			const body = request.url?.startsWith("/plain")
				? plainForm(api)
				: '<body><script type="module" src="/app.js"></script></body>';
			response.end(
				`<!doctype html><link rel="icon" href="data:,"><title>A front end</title>${body}`,
			);
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		front = `http://localhost:${(server.address() as AddressInfo).port}`;
		const { network } = world;
		const app = await startSmallApp({
			...{ network, name: "localhost", host: "127.0.0.1", frontEnd: front },
		});
		api = app.url;
		world.undo(async () => {
			server.closeAllConnections();
			server.close();
			await app.stop();
		});
		({ text } = await bundle(script(api), { root: join(ROOT, "packages/react"), isWhole: true }));
	});

	visit(
		"everything goes to the API, and comes back to the page",
		async (page) => {
			const { password, did } = world.network.account("alice.test");
			const asked: string[] = [];
			page.on("request", (request) => {
				const url = new URL(request.url());
				if (url.pathname.startsWith("/api/")) asked.push(url.port);
			});
			await page.goto(`${front}/in?a=1`);
			const form = page.locator("form").last();
			expect(await form.getAttribute("action")).toBe(`${api}/api/auth/bsky/sign-in`);
			const begin = async () => {
				await page.getByRole("combobox").fill("alice");
				await page.getByRole("option").first().click();
			};
			await begin();
			await deny(page, password);
			await page.waitForURL(`${front}/in?a=1`);
			expect(await page.getByRole("alert").first().textContent()).toMatch(/cancelled/);
			await begin();
			await approve(page, password);
			await page.waitForURL(`${front}/me?x=1`);
			const user = page.locator("summary");
			await user.click();
			expect(await user.textContent()).toContain("Alice");
			expect(await world.network.liveTokens(did)).toHaveLength(1);
			await page.getByRole("button", { name: "Sign out" }).click();
			await expect.poll(() => world.network.liveTokens(did)).toEqual([]);
			expect(new Set(asked)).toEqual(new Set([new URL(api).port]));
		},
		{ expectedErrors: REFUSED },
	);

	visit(
		"a plain form of the front end leads back there",
		async (page) => {
			await page.goto(`${front}/plain`);
			await page.getByLabel("Handle").fill("bob.test");
			await page.getByRole("button").click();
			await approve(page, world.network.account("bob.test").password);
			await page.waitForURL(`${front}/me`);
		},
		// The page there asks what can be done at bsky.social, which a local network has none of.
		{ expectedErrors: REFUSED },
	);
});
