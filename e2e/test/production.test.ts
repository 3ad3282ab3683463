import { generateKeyPairSync } from "node:crypto";
import { beforeAll, expect } from "vitest";
import { freePort } from "../../scripts/app-server.ts";
import { enterPassword } from "../../scripts/pds-pages.ts";
import { describeInBrowser, useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";
import { enterHandle, section, signedInUser } from "../src/next-app-pages.ts";

const ORIGIN = "https://my-app.dev";

describeInBrowser("the Next.js example in production, as a confidential client", () => {
	const world = useWorld();
	beforeAll(async () => {
		const port = await freePort();
		await world.network.publishOrigin(ORIGIN, port);
		// What `openssl ecparam -name prime256v1 -genkey -noout` writes.
		const { privateKey } = generateKeyPairSync("ec", {
			namedCurve: "prime256v1",
			privateKeyEncoding: { type: "sec1", format: "pem" },
			publicKeyEncoding: { type: "spki", format: "pem" },
		});
		await world.startNextApp({ port, url: ORIGIN, env: { BSKY_PRIVATE_KEY: privateKey } });
	});
	const visit = useBrowser(() => world.network.chromiumArgs);

	visit("signs in with private_key_jwt, through its published metadata and keys", async (page) => {
		const alice = world.network.account("alice.test");
		await page.goto(ORIGIN);
		await enterHandle(page, alice.handle);
		await enterPassword(page, alice.password);
		expect(await page.locator("body").textContent()).toContain("my-app.dev");
		await page.getByRole("button", { name: "Authorize" }).click();
		await page.waitForURL(`${ORIGIN}/me`);
		await section(page, "Bluesky connection").getByText("Active").waitFor();

		const [token, ...others] = await world.network.liveTokens(alice.did);
		expect(others).toEqual([]);
		expect(token?.clientId).toBe(`${ORIGIN}/api/auth/bsky/client-metadata.json`);
		const metadata = await (await fetch(String(token?.clientId))).json();
		expect(metadata).toMatchObject({
			client_name: "Bluebell",
			token_endpoint_auth_method: "private_key_jwt",
			dpop_bound_access_tokens: true,
		});

		const cookies = await page.context().cookies(ORIGIN);
		const session = cookies.find(({ name }) => name === "__Secure-better-auth.session_token");
		expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax" });

		await page.getByLabel("What’s up?").fill("Written in production.");
		await page.getByRole("button", { name: "Post" }).click();
		await section(page, "Your posts").getByText("Written in production.").waitFor();
		await page.getByRole("button", { name: "Sign out" }).click();
		await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
		expect(await signedInUser(page, ORIGIN)).toBeNull();
	});
});
