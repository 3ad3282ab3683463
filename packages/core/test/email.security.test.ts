import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	onTestFinished,
	test,
} from "vitest";
import { speaksFor } from "../src/identity/email.ts";
import { type Answer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, startApp } from "./kit.ts";

/** What servers say of e-mail addresses. */

const SCOPE = "atproto account:email";
const PLACEHOLDER = /^[0-9a-f]{32}@bsky\.placeholder\.invalid$/;

let mallory: Awaited<ReturnType<typeof startEvilServer>>;
/** One that an app trusts, and that has accounts of its own. */
let trusted: typeof mallory;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;

beforeAll(async () => {
	mallory = await startEvilServer({ handle: "mallory.test" });
	trusted = await startEvilServer({ handle: "alice.test" });
	world = await startDirectories([mallory, trusted]);
});
afterAll(() => Promise.all([mallory.close(), trusted.close(), world.close()]));
beforeEach(async () => {
	for (const server of [mallory, trusted]) {
		server.deviations = { token: { scope: SCOPE } };
		server.received.length = 0;
	}
	app = await startApp(world, {
		auth: { rateLimit: { enabled: false } },
		plugin: { clientMetadata: { scope: SCOPE }, trustedEmailIssuers: [trusted.origin] },
	});
});
afterEach(() => app.close());

/** A sign-in of Mallory's, by whichever server. */
async function arrived(server = mallory) {
	const browser = app.browser();
	const end = await browser.arrive(server.approve(await browser.begin(mallory.did)));
	expect(end.pathname).toBe("/me");
	return browser.user();
}

const ADDRESS = "victim@example.com";

describe("an answer that says no address", () => {
	const CLAIM = { email: ADDRESS, emailConfirmed: true };
	const answers: Record<string, Record<string, unknown> | (() => Answer)> = {
		"of another DID": { ...CLAIM, did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz" },
		"of no DID": { ...CLAIM, did: undefined },
		"without one": { emailConfirmed: true },
		null: { ...CLAIM, email: null },
		"a number": { ...CLAIM, email: 1 },
		"a list": { ...CLAIM, email: [ADDRESS] },
		"an object": { ...CLAIM, email: { toString: ADDRESS } },
		empty: { ...CLAIM, email: "" },
		"a name": { ...CLAIM, email: "victim" },
		"a name and an address": { ...CLAIM, email: `Victim <${ADDRESS}>` },
		"two addresses": { ...CLAIM, email: `${ADDRESS},mallory@example.com` },
		"a line break": { ...CLAIM, email: `${ADDRESS}\r\nBcc: mallory@example.com` },
		"white space": { ...CLAIM, email: ` ${ADDRESS}` },
		"what can't be seen": { ...CLAIM, email: `vic\u200Btim@example.com` },
		"letters that look alike": { ...CLAIM, email: `v\u0456ctim@example.com` },
		"half a letter": { ...CLAIM, email: `\uD800@example.com` },
		"a null byte": { ...CLAIM, email: `victim\u0000@example.com` },
		"too long": { ...CLAIM, email: `${"a".repeat(250)}@example.com` },
		"longer than any": { ...CLAIM, email: `${"a".repeat(1_000_000)}@example.com` },
		"a placeholder": { ...CLAIM, email: `${"0".repeat(32)}@bsky.placeholder.invalid` },
		"a placeholder in capitals": { ...CLAIM, email: "0@BSKY.PLACEHOLDER.INVALID" },
		"below .invalid": { ...CLAIM, email: "victim@example.invalid" },
		"a refused token": () => ({ status: 401, body: { error: "InvalidToken", ...CLAIM } }),
		"a missing scope": () => ({ status: 403, body: { error: "ScopeMissingError", ...CLAIM } }),
		"no such method": () => ({ status: 501, body: { error: "MethodNotImplemented" } }),
		"a failure": () => ({ status: 500, body: "<!doctype html>" }),
		"no JSON": () => ({ body: ADDRESS }),
		"a list of answers": () => ({ body: [CLAIM] }),
		"another place": () => ({ status: 302, headers: { location: "/elsewhere" }, body: "" }),
		"too large": () => ({ body: { did: mallory.did, ...CLAIM, more: "a".repeat(9_000_000) } }),
	};
	test.each(Object.entries(answers))("%s", async (_, answer) => {
		mallory.deviations.session = answer;
		const user = await arrived();
		expect(user).toMatchObject({ bskyDid: mallory.did, emailVerified: false });
		expect(user?.email).toMatch(PLACEHOLDER);
		expect(mallory.asked("/elsewhere")).toBe(false);
	});
});

test("no scope, no question", async () => {
	mallory.deviations.token = { scope: "atproto transition:generic" };
	mallory.deviations.session = { email: ADDRESS };
	expect((await arrived())?.email).toMatch(PLACEHOLDER);
	expect(mallory.asked("/xrpc/com.atproto.server.getSession")).toBe(false);
});

test("an app that hasn't asked for it, no question, whatever a server grants", async () => {
	const plugin = { clientMetadata: { scope: "atproto transition:generic" } };
	const other = await startApp(world, { plugin });
	onTestFinished(() => other.close());
	mallory.deviations.token = { scope: "atproto account:email transition:email" };
	mallory.deviations.session = { email: ADDRESS };
	const browser = other.browser();
	const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
	expect(end.pathname).toBe("/me");
	expect((await browser.user())?.email).toMatch(PLACEHOLDER);
	expect(mallory.asked("/xrpc/com.atproto.server.getSession")).toBe(false);
});

describe("confirmed", () => {
	test("is only what says so in so many words", async () => {
		const words = ["true", 1, "yes", {}, [true], null];
		for (const emailConfirmed of words) {
			trusted.deviations.session = { email: ADDRESS, emailConfirmed };
			const browser = app.browser();
			await browser.arrive(trusted.approve(await browser.begin(trusted.did)));
			expect(await browser.user()).toMatchObject({ email: ADDRESS, emailVerified: false });
			app.database.exec("delete from session; delete from account; delete from user");
			for (const table of ["bskyAccount", "bskySession"]) app.database.exec(`delete from ${table}`);
		}
	});

	test("is what a server says of its own people, where it is trusted", async () => {
		mallory.deviations.session = { email: ADDRESS, emailConfirmed: true };
		expect(await arrived()).toMatchObject({ email: ADDRESS, emailVerified: false });
		trusted.deviations.session = { email: "alice@example.com", emailConfirmed: true };
		const browser = app.browser();
		await browser.arrive(trusted.approve(await browser.begin(trusted.did)));
		expect(await browser.user()).toMatchObject({ email: "alice@example.com", emailVerified: true });
	});

	test("is not what a PDS says that names a trusted issuer as its own", async () => {
		// Mallory has an account there, and has moved her DID to a PDS that she runs.
		mallory.deviations.resource = { authorization_servers: [trusted.origin] };
		mallory.deviations.session = { email: ADDRESS, emailConfirmed: true };
		trusted.deviations.token = { scope: SCOPE, sub: mallory.did };
		expect(await arrived(trusted)).toMatchObject({ email: ADDRESS, emailVerified: false });
		expect(mallory.asked("/xrpc/com.atproto.server.getSession")).toBe(true);
	});

	test("is what a PDS says that the trusted issuer lists", async () => {
		mallory.deviations.resource = { authorization_servers: [trusted.origin] };
		mallory.deviations.session = { email: ADDRESS, emailConfirmed: true };
		trusted.deviations.token = { scope: SCOPE, sub: mallory.did };
		trusted.deviations.metadata = { protected_resources: [mallory.origin] };
		expect(await arrived(trusted)).toMatchObject({ email: ADDRESS, emailVerified: true });
	});
});

describe("who speaks for an issuer", () => {
	const iss = "https://bsky.social";
	test.each([
		[iss, "https://bsky.social", [], true],
		[iss, "https://bsky.social/", [], true],
		[iss, "https://morel.us-east.host.bsky.network", [], true],
		[iss, "https://morel.us-east.host.bsky.network/", [], true],
		[iss, "https://host.bsky.network", [], false],
		[iss, "https://evilhost.bsky.network", [], false],
		[iss, "https://a.host.bsky.network.evil.example", [], false],
		[iss, "https://a.host.bsky.network:8443", [], false],
		[iss, "http://a.host.bsky.network", [], false],
		[iss, "https://evil.example/a.host.bsky.network", [], false],
		[iss, "https://bsky.social.evil.example", [], false],
		["https://pds.example", "https://a.host.bsky.network", [], false],
		["https://as.example", "https://pds.example", ["https://pds.example/"], true],
		["https://as.example", "https://pds.example", ["https://other.example", "no URL"], false],
		["https://as.example", "https://pds.example:8443", ["https://pds.example"], false],
	])("%s, %s, %s: %s", (issuer, aud, resources, expected) => {
		expect(speaksFor({ iss: issuer, aud }, resources)).toBe(expected);
	});
});
