import { networkInterfaces } from "node:os";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { describeInBrowser, useBrowser } from "../src/browser.ts";
import { useWorld, type World } from "../src/network.ts";
import { type SmallAppOptions, startSmallApp } from "../src/small-app.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
	addresses?.some(({ address }) => address === "::1"),
);

const CASES: [string, Pick<SmallAppOptions, "host" | "name">][] = [
	["localhost, listening on 127.0.0.1", { name: "localhost", host: "127.0.0.1" }],
	["127.0.0.1", { name: "127.0.0.1", host: "127.0.0.1" }],
];
const IPV6_CASES: typeof CASES = [
	["localhost, listening on ::1 only", { name: "localhost", host: "::1" }],
	["[::1]", { name: "[::1]", host: "::1" }],
];

describeInBrowser("an app on this machine", () => {
	const world = useWorld();
	const visit = useBrowser();

	for (const [title, where] of [...CASES, ...(hasIpv6 ? IPV6_CASES : [])]) {
		visit(`brings the person back to its own host: ${title}`, async (page) => {
			const url = await start(world, where);
			await signIn(page, world, url, "alice.test");
			await page.waitForURL(`${url}/me`);
			expect(await page.getByRole("heading").textContent()).toBe("Alice");
			const cookies = await page.context().cookies(url);
			const session = cookies.find(({ name }) => name === "better-auth.session_token");
			expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
		});
	}

	visit("connects no account where linking is switched off", async (page) => {
		const url = await start(world, {
			name: "localhost",
			host: "127.0.0.1",
			auth: { account: { accountLinking: { enabled: false } } },
		});
		await page.goto(url);
		const signedUp = await page.request.post(`${url}/api/auth/sign-up/email`, {
			headers: { origin: url },
			data: { name: "Robert", email: "robert@example.com", password: "correct horse battery" },
		});
		expect(signedUp.status()).toBe(200);
		await startSignIn(page, url, "bob.test");
		await page.waitForURL(`${url}/?error=linking_disabled**`);
		expect(await world.network.liveTokens(world.network.account("bob.test").did)).toEqual([]);
		const accounts = await page.request.get(`${url}/api/auth/list-accounts`);
		expect(await accounts.json()).toMatchObject([{ providerId: "credential" }]);
	});
});

async function start(world: World, options: Omit<SmallAppOptions, "network">): Promise<string> {
	const app = await startSmallApp({ ...options, network: world.network });
	world.undo(() => app.stop());
	return app.url;
}

async function startSignIn(page: Page, url: string, handle: string): Promise<void> {
	await page.goto(url);
	await page.getByLabel("Handle").fill(handle);
	await page.getByRole("button", { name: "Sign in with Bluesky" }).click();
}

async function signIn(page: Page, world: World, url: string, handle: string): Promise<void> {
	await startSignIn(page, url, handle);
	await approve(page, world.network.account(handle).password);
}
