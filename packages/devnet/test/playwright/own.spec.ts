import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { approve, test as base, deny, expect } from "@better-auth-bsky/devnet/playwright";
import { type OAuthApp, startApp } from "../oauth-app.ts";

const ORIGIN = "https://my-app.dev";

/** What is published leads here. */
const site = createServer((request, response) => response.end(`Hello at ${request.headers.host}`));
const port = await new Promise<number>((resolve) =>
	site.listen(0, "127.0.0.1", () => resolve((site.address() as AddressInfo).port)),
);
site.unref();

const test = base.extend<{ app: OAuthApp }>({
	app: async ({ devnet }, use) => {
		const app = await startApp(devnet);
		await use(app);
		await app.close();
	},
});
test.use({ devnetOptions: { appView: "none", publish: { [ORIGIN]: port } } });

const login = (app: OAuthApp, handle: string) =>
	`http://127.0.0.1:${app.port}/login?handle=${handle}`;

test("a person signs in, and once more without a password", async ({
	page,
	app,
	devnet,
	person,
}) => {
	await page.goto(login(app, person.handle));
	await approve(page, person);
	await expect(page.locator("#who")).toHaveText(person.handle);
	expect(await devnet.liveTokens(person.did)).toHaveLength(1);
	await page.goto(login(app, person.handle));
	await approve(page, person);
	await expect(page.locator("#who")).toHaveText(person.handle);
});

test("somebody refuses", async ({ page, app, devnet, createPerson }) => {
	const dora = await createPerson({ name: "Dora the Explorer", displayName: "Dora" });
	expect(dora.handle).toMatch(/^doratheex-[0-9a-f]{8}\.test$/);
	expect((await createPerson({ name: "Dora" })).did).not.toBe(dora.did);
	await page.goto(login(app, dora.handle));
	await deny(page, dora);
	expect(new URL(page.url()).searchParams.get("error")).toBe("access_denied");
	expect(await devnet.liveTokens(dora.did)).toEqual([]);
});

test("leaves something wrong", async ({ devnet }) => {
	await devnet.fault("pds", "down");
	await devnet.fault("resolver", { status: 500 });
	await devnet.clock.advance("1h");
});

test("finds everything right again", async ({ devnet }) => {
	expect(await devnet.faults()).toEqual([]);
	expect(devnet.clock.offset).toBe(0);
	expect((await fetch(`${devnet.pdsUrl}/xrpc/_health`)).status).toBe(200);
});

test("a browser finds what is published", async ({ page }) => {
	await page.goto(ORIGIN);
	await expect(page.locator("body")).toHaveText("Hello at my-app.dev");
});
