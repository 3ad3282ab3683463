import { generateKeyPairSync, randomBytes } from "node:crypto";
import { EXAMPLE_NAMES, EXAMPLES, type ExampleApp } from "@better-auth-bsky/tools/examples";
import { freePort } from "@better-auth-bsky/tools/free-port";
import { enterPassword } from "@better-auth-bsky/tools/pds-pages";
import { Client } from "pg";
import { beforeAll, expect } from "vitest";
import { atHome, atLanding, enterHandle, feed, POLL, signOut, typeStatus } from "../src/actions.ts";
import { describeInBrowser, useBrowser } from "../src/browser.ts";
import { useWorld, type World } from "../src/network.ts";

const ORIGIN = "https://my-app.dev";
const POSTGRES = process.env.TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";

for (const name of EXAMPLE_NAMES) {
	describeInBrowser(`the ${EXAMPLES[name].framework} example as a confidential client`, () => {
		const world = useWorld();
		let app: ExampleApp;
		beforeAll(async () => {
			const port = await freePort();
			await world.network.publishOrigin(ORIGIN, port);
			// What `openssl ecparam -name prime256v1 -genkey -noout` writes.
			const { privateKey } = generateKeyPairSync("ec", {
				namedCurve: "prime256v1",
				privateKeyEncoding: { type: "sec1", format: "pem" },
				publicKeyEncoding: { type: "spki", format: "pem" },
			});
			app = await world.startExample(name, {
				port,
				url: ORIGIN,
				env: { BSKY_PRIVATE_KEY: privateKey },
				...(await postgres(world)),
			});
		});
		const visit = useBrowser(() => world.network.chromiumArgs);

		visit(
			"signs in with private_key_jwt, through its published metadata and keys",
			async (page) => {
				const alice = world.network.account("alice.test");
				await page.goto(ORIGIN);
				await enterHandle(page, alice.handle);
				await enterPassword(page, alice.password);
				expect(await page.locator("body").textContent()).toContain("my-app.dev");
				await page.getByRole("button", { name: "Authorize" }).click();
				await atHome(page, app);

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
				const session = cookies.find(({ name }) => name.endsWith(".session_token"));
				expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax" });
				expect(session?.name).toMatch(/^__Secure-/);

				await typeStatus(page, "🚀");
				await feed(page).filter({ hasText: "🚀" }).waitFor();
				await signOut(page);
				await atLanding(page, app);
				await expect.poll(() => world.network.liveTokens(alice.did), POLL).toEqual([]);
			},
		);
	});
}

/** A PostgreSQL database of its own for the app, or none where there is no PostgreSQL: then SQLite. */
async function postgres({ undo }: World): Promise<{ database?: string }> {
	const client = new Client({ connectionString: POSTGRES });
	try {
		await client.connect();
	} catch {
		return {};
	}
	const name = `bsky_e2e_${randomBytes(6).toString("hex")}`;
	await client.query(`create database ${name}`);
	undo(async () => {
		await client.query(`drop database ${name} with (force)`);
		await client.end();
	});
	return { database: new URL(`/${name}`, POSTGRES).href };
}
