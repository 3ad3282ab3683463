import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "@better-auth-bsky/devnet";
import { approve } from "@better-auth-bsky/devnet";
import type { AuthContext } from "better-auth";
import { afterAll, describe, expect, test, vi } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { bskyErrorCode } from "../src/index.ts";
import { resolveOptions } from "../src/options.ts";
import { giveUpSession } from "../src/sessions/disconnect.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import { refreshOnce } from "../src/stores/refresh-lock.ts";
import { isLive, readSession } from "../src/stores/session-store.ts";
import { Breakable, brief } from "./breakable.ts";
import { type Answer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type AppOptions, expire, newPerson, startApp, useNetwork } from "./kit.ts";

// What a session goes on through, and what goes on with it.

const network = await useNetwork({ appView: "none", pdsCount: 2 });
const mallory = await startEvilServer();
const directories = await startDirectories([mallory], network);
afterAll(async () => {
	await directories.close();
	await mallory.close();
});

const open = (options?: AppOptions) => startApp(directories, options);

async function stored({ auth }: App, { did }: Pick<Account, "did">) {
	const context = (await auth.$context) as unknown as AuthContext;
	return (await readSession(context, did))?.session;
}

const liveOf = async ({ did }: Account) =>
	(await network.liveTokens(did)).map(({ currentRefreshToken }) => currentRefreshToken);

/** The queue is empty: whatever had to be revoked was. */
const settled = (app: App) =>
	expect.poll(() => app.rows("bskyRevocation"), { timeout: 10_000 }).toEqual([]);

const codeOf = (call: Promise<unknown>) => call.then(() => undefined, bskyErrorCode);

test("a client on localhost that changes its scope between the beginning and the end of a sign-in", async () => {
	const person = await newPerson(network);
	const before = await open({ plugin: { clientMetadata: { scope: "atproto" } } });
	const browser = before.browser();
	const back = await approve(await browser.begin(person.handle), { account: person });
	const after = await open({ baseURL: before.origin, auth: { database: before.database } });
	const later = after.browser();
	for (const [name, value] of browser.cookies) later.setCookie(name, value);
	expect((await later.arrive(back)).pathname).toBe("/me");
	await expire(before, person.did);
	expect(await (await later.post("/bsky/restore", {})).json()).toMatchObject({
		active: true,
		grantedScope: "atproto",
	});
	expect(await liveOf(person)).toEqual([(await stored(before, person))?.tokenSet.refresh_token]);
	await later.post("/sign-out", {});
	await settled(before);
	expect(await liveOf(person)).toEqual([]);
	await Promise.all([before.close(), after.close()]);
});

test("an app on localhost that moves to another port", async () => {
	const person = await newPerson(network);
	const before = await open();
	await before.browser().signIn(person);
	await expire(before, person.did);
	const after = await open({ auth: { database: before.database } });
	const agent = await after.auth.api.getBskyAgent({ did: person.did });
	expect((await agent.com.atproto.server.getSession()).data.did).toBe(person.did);
	expect(await liveOf(person)).toEqual([(await stored(before, person))?.tokenSet.refresh_token]);
	await Promise.all([before.close(), after.close()]);
});

test("an agent goes on with the session of a new sign-in", async () => {
	const app = await open();
	const person = await newPerson(network);
	await app.browser().signIn(person);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	await app.browser().signIn(person);
	await settled(app);
	expect((await agent.com.atproto.server.getSession()).data.did).toBe(person.did);
	expect(await liveOf(person)).toEqual([(await stored(app, person))?.tokenSet.refresh_token]);
	await app.close();
});

test("but not with that of somebody else who has the account by now", async () => {
	const app = await open({
		auth: { account: { accountLinking: { allowUnlinkingAll: true } } },
	});
	const person = await newPerson(network);
	const first = app.browser();
	await first.signIn(person);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	const [row] = app.rows("account");
	const unlinked = await first.post("/unlink-account", { accountId: row?.id });
	expect(unlinked.status).toBe(200);
	await settled(app);
	expect((await app.browser().signIn(person)).pathname).toBe("/me");
	expect(await codeOf(agent.com.atproto.server.getSession())).toBe("SESSION_EXPIRED");
	expect(await liveOf(person)).toEqual([(await stored(app, person))?.tokenSet.refresh_token]);
	await app.close();
});

test("a sign-in whose access token is told to end at once stores what it was given", async () => {
	const app = await open();
	mallory.deviations.token = { expires_in: 5 };
	const before = mallory.received.length;
	const browser = app.browser();
	const end = await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	expect(end.pathname).toBe("/me");
	const asked = mallory.received.slice(before).filter(({ path }) => path === "/oauth/token");
	expect(asked).toHaveLength(1);
	expect((await stored(app, mallory))?.tokenSet.refresh_token).toBe(
		mallory.secrets.findLast((secret) => secret.startsWith("ref")),
	);
	mallory.deviations = {};
	await app.close();
});

test("a server that gives out no new refresh token (RFC 6749 §6)", async () => {
	const app = await open();
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	const first = (await stored(app, mallory))?.tokenSet.refresh_token;
	mallory.deviations.token = { refresh_token: undefined };
	for (let round = 0; round < 3; round++) {
		await expire(app, mallory.did);
		expect(await (await browser.post("/bsky/restore", {})).json()).toMatchObject({ active: true });
	}
	const { path, form } = mallory.received.at(-1) ?? {};
	expect([path, form?.get("refresh_token")]).toEqual(["/oauth/token", first]);
	await browser.post("/sign-out", {});
	await expect
		.poll(() =>
			mallory.received
				.filter(({ path }) => path === "/oauth/revoke")
				.at(-1)
				?.form.get("token"),
		)
		.toBe(first);
	mallory.deviations = {};
	await app.close();
});

type Terse = [string, Record<string, unknown>];

/** What says nothing, or nothing else than it would otherwise. */
const TERSE: Terse[] = [
	["its type in small letters", { token_type: "dpop" }],
	["no end", { expires_in: undefined }],
	["an end of null", { expires_in: null }],
	["an end at once", { expires_in: 0 }],
	["an end before it began", { expires_in: -5 }],
	["an end after all time", { expires_in: 1e13 }],
	["an end beyond all numbers", { expires_in: 1e300 }],
	["an ID token of null", { id_token: null }],
	["spaces around its scopes", { scope: " atproto  transition:generic\n" }],
	["an empty refresh token", { refresh_token: "" }],
	["a refresh token of null", { refresh_token: null }],
];

/** What a refresh may leave out, or nobody reads in it: by then a token has been used that can't be again. */
const TERSER: Terse[] = [
	["no scope, since it is as before", { scope: undefined }],
	["a scope of null", { scope: null }],
	["an empty scope", { scope: "" }],
	["no subject", { sub: undefined }],
	["no type", { token_type: undefined }],
	["an end in text", { expires_in: "3600" }],
	["an end in words", { expires_in: "soon" }],
	["more scopes than are kept", { scope: `atproto ${"a".repeat(9000)}` }],
	["an ID token that nobody has asked for", { id_token: "a.b.c" }],
	["details that are none", { authorization_details: {} }],
];

test.each(TERSE)("a server that answers a sign-in with %s", async (_, token) => {
	const app = await open();
	mallory.deviations = { token };
	const browser = app.browser();
	const end = await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	expect(end.pathname).toBe("/me");
	const agent = await app.auth.api.getBskyAgent({ did: mallory.did });
	expect((await agent.getProfile({ actor: mallory.did })).data.did).toBe(mallory.did);
	mallory.deviations = {};
	await app.close();
});

test.each([...TERSE, ...TERSER])("a server that answers a refresh with %s", async (_, fields) => {
	const app = await open();
	mallory.deviations = {};
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	const scope = (await stored(app, mallory))?.tokenSet.scope;
	const used = new Set<string | null>();
	mallory.deviations.token = (honest, { form }) => {
		const token = form.get("refresh_token");
		if (used.has(token)) return { status: 400, body: { error: "invalid_grant" } };
		if (!("refresh_token" in fields)) used.add(token);
		return { body: { ...honest, ...fields } };
	};
	for (let round = 0; round < 3; round++) {
		await expire(app, mallory.did);
		const restored = await (await browser.post("/bsky/restore", {})).json();
		expect(restored).toEqual({ active: true, did: mallory.did, grantedScope: scope?.trim() });
		const agent = await app.auth.api.getBskyAgent({ did: mallory.did });
		expect((await agent.getProfile({ actor: mallory.did })).data.did).toBe(mallory.did);
	}
	expect(used.size).toBe("refresh_token" in fields ? 0 : 3);
	mallory.deviations = {};
	await app.close();
});

test.each(["text/plain", "text/html", "application/octet-stream", ""])(
	"a server that calls its tokens %j",
	async (type) => {
		const app = await open();
		const used = new Set<string | null>();
		mallory.deviations.token = (honest, { form }) => {
			const token = form.get("refresh_token");
			if (token && used.has(token)) return { status: 400, body: { error: "invalid_grant" } };
			used.add(token);
			return { headers: { "content-type": type }, body: JSON.stringify(honest) };
		};
		const browser = app.browser();
		await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		for (let round = 0; round < 2; round++) {
			await expire(app, mallory.did);
			const restored = await (await browser.post("/bsky/restore", {})).json();
			expect(restored).toMatchObject({ active: true });
		}
		expect(used.size).toBe(3);
		mallory.deviations = {};
		await app.close();
	},
);

const html = { "content-type": "text/html" };
const text = { "content-type": "text/plain" };

/** Refused for good, in no JSON: the tokens of the row aren't said to be over. */
const REFUSALS: [string, Answer][] = [
	["a text", { status: 400, headers: text, body: "The refresh token has been revoked." }],
	["nothing", { status: 400, body: "" }],
	["a page", { status: 401, headers: html, body: "<h1>Unauthorized</h1>" }],
	["a word", { status: 403, headers: text, body: "Forbidden" }],
];

test.each(REFUSALS)("a server that refuses a refresh with %s", async (_, answer) => {
	const app = await open();
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	await expire(app, mallory.did);
	mallory.deviations = { token: () => answer };
	const restored = await (await browser.post("/bsky/restore", {})).json();
	expect(restored).toMatchObject({ active: false, reason: "session_expired" });
	mallory.deviations = {};
	expect(app.rows("bskySession")).toHaveLength(1);
	await app.close();
});

test.each([
	["in a text", { status: 400, headers: text }],
	["with a success", { status: 200, headers: { "content-type": "application/json" } }],
])("a server that says %s that a session is over", async (_, how) => {
	const app = await open();
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	await expire(app, mallory.did);
	const body = JSON.stringify({ error: "invalid_grant" });
	mallory.deviations = { token: () => ({ ...how, body }) };
	await browser.post("/bsky/restore", {});
	mallory.deviations = {};
	expect(app.rows("bskySession")).toEqual([]);
	await app.close();
});

describe("a server that has one refresh token for all sessions of a person", () => {
	const revokedSince = (from: number) =>
		mallory.received
			.slice(from)
			.filter(({ path }) => path === "/oauth/revoke")
			.map(({ form }) => form.get("token"));

	test.each(["signs in again", "allows more", "is refused to somebody else"])(
		"who %s keeps the session",
		async (how) => {
			const app = await open({
				plugin: {
					clientMetadata: { scope: "atproto transition:generic" },
					signInScope: "atproto",
				},
			});
			mallory.deviations.token = { refresh_token: "the-one", scope: "atproto" };
			const browser = app.browser();
			await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
			const from = mallory.received.length;
			const other = app.browser();
			if (how === "allows more") {
				const body = { scope: "transition:generic", callbackURL: "/me" };
				const begun = await browser.post("/bsky/upgrade", body);
				const { url } = (await begun.json()) as { url: string };
				await browser.arrive(mallory.approve(url));
			} else {
				if (how !== "signs in again") await other.signUpWithEmail("other@example.com");
				await other.arrive(mallory.approve(await other.begin(mallory.handle)));
			}
			await settled(app);
			expect(app.rows("bskySession")).toHaveLength(1);
			expect(revokedSince(from)).toEqual([]);
			mallory.deviations = {};
			await app.close();
		},
	);

	test("a revocation that waits from before ends no later one", async () => {
		const app = await open();
		const context = (await app.auth.$context) as unknown as AuthContext;
		mallory.deviations = {
			token: { refresh_token: "the-one" },
			revoke: () => ({ status: 503 }),
		};
		const browser = app.browser();
		await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		await browser.post("/sign-out", {});
		await expect.poll(() => app.rows("bskyRevocation")).toMatchObject([{ attempts: 0 }]);
		await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		mallory.deviations = { token: { refresh_token: "the-one" } };
		const from = mallory.received.length;
		const bsky = new BskyPlugin(resolveOptions({ allowHttp: true })).at(context);
		await retryRevocations(bsky, Date.now() + 3_600_000);
		await settled(app);
		expect(revokedSince(from)).toEqual([]);
		await browser.post("/sign-out", {});
		await settled(app);
		expect(revokedSince(from)).toEqual(["the-one"]);
		mallory.deviations = {};
		await app.close();
	});

	test("a sign-in whose tokens can't be used ends no earlier one", async () => {
		const app = await open();
		mallory.deviations.token = { refresh_token: "the-one" };
		const browser = app.browser();
		await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		const from = mallory.received.length;
		mallory.deviations.token = { refresh_token: "the-one", access_token: "no token" };
		const back = await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		expect(back.searchParams.get("error")).toBe("server_unsupported");
		await settled(app);
		expect(revokedSince(from)).toEqual([]);
		mallory.deviations = {};
		await app.close();
	});
});

test("a server that has one access token for all sessions of a person", async () => {
	const app = await open();
	mallory.deviations.token = { access_token: "the-one" };
	const signIn = async () => {
		const browser = app.browser();
		await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		return (await stored(app, mallory))?.tokenSet.refresh_token;
	};
	const first = await signIn();
	await signIn();
	await settled(app);
	expect(revokedTokens().at(-1)).toBe(first);
	mallory.deviations = {};
	await app.close();
});

/** What metadata may leave out, where some write null, or an empty text as Go has it for what isn't set. */
const UNSAID = {
	metadata: [
		"display_values_supported",
		"grant_types_supported",
		"introspection_endpoint",
		"jwks_uri",
		"prompt_values_supported",
		"protected_resources",
		"registration_endpoint",
		"response_modes_supported",
		"revocation_endpoint",
		"scopes_supported",
		"service_documentation",
		"subject_types_supported",
		"ui_locales_supported",
	],
	resource: [
		"bearer_methods_supported",
		"jwks_uri",
		"resource_documentation",
		"resource_name",
		"scopes_supported",
	],
};

type Said = [what: string, document: string, said: Record<string, unknown>];

const inAll = (what: string, value: unknown) =>
	Object.entries(UNSAID).map(([document, members]): Said => {
		const said = Object.fromEntries(members.map((name) => [name, value]));
		return [what, document, said];
	});

test.each<Said>([
	...inAll("null", null),
	...inAll("an empty text", ""),
	["another prompt", "metadata", { prompt_values_supported: ["login", "create", "passkey"] }],
	["another challenge", "metadata", { code_challenge_methods_supported: ["S256", "S512"] }],
	["languages in a text", "metadata", { ui_locales_supported: "en de" }],
	["documentation at a path", "metadata", { service_documentation: "/docs" }],
	["another way to send tokens", "resource", { bearer_methods_supported: ["header", "dpop"] }],
	["documentation at a path", "resource", { resource_documentation: "/docs" }],
	["a policy at a path", "resource", { resource_policy_uri: "/policy" }],
])("a server that says %s in its %s", async (_, document, said) => {
	const app = await open();
	mallory.deviations = { [document]: said };
	const browser = app.browser();
	const end = await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	expect(end.pathname).toBe("/me");
	mallory.deviations = {};
	await app.close();
});

test.each(["metadata", "resource", "par"] as const)(
	"a server that writes the type of its %s in other letters",
	async (part) => {
		const app = await open();
		mallory.deviations = {
			[part]: (honest: Record<string, unknown>) => ({
				status: part === "par" ? 201 : 200,
				headers: { "content-type": "Application/JSON; charset=UTF-8" },
				body: JSON.stringify(honest),
			}),
		};
		const browser = app.browser();
		const end = await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		expect(end.pathname).toBe("/me");
		mallory.deviations = {};
		await app.close();
	},
);

test.each([20, 5, 1])(
	"calls beside each other, where a token of %i s ends with the next one",
	async (life) => {
		const app = await open();
		let newest = "";
		mallory.deviations = {
			token: (honest) => {
				newest = `DPoP ${honest.access_token}`;
				return { body: { ...honest, expires_in: life } };
			},
			profile: (honest, { headers }) =>
				headers.authorization === newest
					? { body: honest }
					: { status: 401, body: { error: "invalid_token" } },
		};
		mallory.hold = async ({ path }) => {
			if (path.startsWith("/xrpc/")) await sleep(Math.random() * 40);
		};
		const browser = app.browser();
		await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		const agent = await app.auth.api.getBskyAgent({ did: mallory.did });
		const calls = Array.from({ length: 6 }, async () => {
			for (let n = 0; n < 10; n++) await agent.getProfile({ actor: mallory.did });
		});
		await Promise.all(calls);
		mallory.hold = undefined;
		mallory.deviations = {};
		await app.close();
	},
);

test("a refresh that a new sign-in overtakes, and one that a disconnect does", async () => {
	const app = await open();
	for (const overtakenBy of ["sign-in", "disconnect"]) {
		mallory.deviations = {};
		const second = app.browser();
		await second.arrive(mallory.approve(await second.begin(mallory.handle)));
		const { finish } = await refreshing(app);
		if (overtakenBy === "sign-in") {
			await second.arrive(mallory.approve(await second.begin(mallory.handle)));
		} else await second.post("/bsky/disconnect", {});
		const token = (await stored(app, mallory))?.tokenSet.refresh_token;
		expect(await finish()).toMatchObject({ active: overtakenBy === "sign-in" });
		expect((await stored(app, mallory))?.tokenSet.refresh_token).toBe(token);
		await settled(app);
		// What the refresh brought has no row to go to: it is revoked like all the others.
		const given = mallory.secrets.filter((secret) => secret.startsWith("ref"));
		expect(revokedTokens()).toContain(given.at(-1) === token ? given.at(-2) : given.at(-1));
	}
	await app.close();
});

/** Somebody signs in, and their next refresh waits at the server until it is let go. */
async function refreshing(app: App) {
	mallory.deviations = {};
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	await settled(app);
	await expire(app, mallory.did);
	let letGo = () => {};
	const held = new Promise<void>((resolve) => {
		letGo = resolve;
	});
	const asked = new Promise<void>((resolve) => {
		mallory.hold = async ({ form }) => {
			if (form.get("grant_type") !== "refresh_token") return;
			resolve();
			await held;
		};
	});
	const restored = browser.post("/bsky/restore", {});
	await asked;
	mallory.hold = undefined;
	const finish = async () => {
		letGo();
		const state: unknown = await (await restored).json();
		mallory.deviations = {};
		return state;
	};
	return { browser, finish };
}

const newest = (kind: string) => mallory.secrets.findLast((secret) => secret.startsWith(kind));

const revokedTokens = () =>
	mallory.received
		.filter(({ path }) => path === "/oauth/revoke")
		.map(({ form }) => form.get("token"));

const inThisProcess: NonNullable<AppOptions["plugin"]>["requestLock"] = async (_name, run) => run();

test.each([
	["the database's lock", undefined],
	["a lock of the app's", inThisProcess],
])(
	"what is read during a refresh doesn't pass for its result, with %s",
	async (_name, requestLock) => {
		const app = await open({ plugin: { requestLock } });
		const { finish } = await refreshing(app);
		const context = (await app.auth.$context) as unknown as AuthContext;
		const before = await readSession(context, mallory.did);
		if (!before) throw new Error("nothing is stored");
		expect(await finish()).toMatchObject({ active: true });
		expect(await giveUpSession(new BskyPlugin(resolveOptions({})).at(context), before)).toBe(false);
		expect((await stored(app, mallory))?.tokenSet.refresh_token).toBe(newest("ref"));
		await app.close();
	},
);

test("a refresh that is refused since a new sign-in overtook it goes on with that", async () => {
	const app = await open();
	const { finish } = await refreshing(app);
	const other = app.browser();
	await other.arrive(mallory.approve(await other.begin(mallory.handle)));
	mallory.deviations.token = (honest, { form }) =>
		form.get("grant_type") === "refresh_token"
			? { status: 400, body: { error: "invalid_grant" } }
			: { body: honest };
	expect(await finish()).toMatchObject({ active: true });
	expect(app.rows("bskySession")).toHaveLength(1);
	await app.close();
});

test("a refresh takes neither the row nor the session of who has the DID by now", async () => {
	const app = await open({
		auth: { account: { accountLinking: { allowUnlinkingAll: true } } },
	});
	const { browser, finish } = await refreshing(app);
	const [row] = app.rows("account");
	await browser.post("/unlink-account", { accountId: row?.id });
	const other = app.browser();
	await other.arrive(mallory.approve(await other.begin(mallory.handle)));
	const theirs = (await stored(app, mallory))?.tokenSet.refresh_token;
	// Somebody else is about to refresh that one.
	app.database.exec("update bskySession set lockVersion = lockVersion + 1");
	expect(await finish()).toMatchObject({ active: false });
	expect((await stored(app, mallory))?.tokenSet.refresh_token).toBe(theirs);
	await settled(app);
	expect(revokedTokens()).toContain(newest("ref"));
	await app.close();
});

test.each(["fails", "is done, and fails"] as const)(
	"the write of new tokens %s once, and the session goes on",
	async (mode) => {
		const app = await open();
		const { finish } = await refreshing(app);
		const database = new Breakable(app.database);
		const nth = 1;
		database.watch(nth, mode);
		expect(await finish()).toMatchObject({ active: true });
		expect(brief(database.statements[nth - 1] ?? "")).toMatch(/^update "bskySession"/);
		database.heal();
		expect((await stored(app, mallory))?.tokenSet.refresh_token).toBe(newest("ref"));
		expect(revokedTokens()).not.toContain(newest("ref"));
		await app.close();
	},
);

test("an account that moves to another PDS of the same authorization server", async () => {
	const app = await open();
	mallory.deviations = {};
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	const agent = await app.auth.api.getBskyAgent({ trustedDid: mallory.did });
	const pds = await startEvilServer();
	pds.deviations = {
		resource: { authorization_servers: [mallory.origin] },
		profile: { did: mallory.did, displayName: "Moved" },
	};
	const [service] = pds.didDocument.service as object[];
	mallory.deviations = {
		didDocument: { service: [service] },
		profile: () => ({ status: 403, body: { error: "AccountDeactivated" } }),
	};
	const { data } = await agent.getProfile({ actor: mallory.did });
	expect(data.displayName).toBe("Moved");
	expect((await stored(app, mallory))?.tokenSet.aud).toBe(`${pds.origin}/`);
	mallory.deviations = {};
	await Promise.all([app.close(), pds.close()]);
});

test("a lock of the app's that never comes is given up, and holds up nobody for good", async () => {
	const app = await open();
	mallory.deviations = {};
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	const context = (await app.auth.$context) as unknown as AuthContext;
	const held = await readSession(context, mallory.did);
	if (!held || !isLive(held)) throw new Error("nothing is stored");
	const refresh = {
		held,
		request: () => Promise.reject(new Error("asked")),
		orphaned: async () => {},
	};
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	try {
		const waits = refreshOnce(context, refresh, () => new Promise<never>(() => {}));
		const given = expect(waits).rejects.toThrow("requestLock took longer than 59 s.");
		await vi.advanceTimersByTimeAsync(60_000);
		await given;
	} finally {
		vi.useRealTimers();
	}
	await app.close();
}, 10_000);

test.each(["a b", "a\nb", "中", "x\u0000"])(
	"an access token that can't be sent, %j",
	async (access_token) => {
		const app = await open();
		mallory.deviations = { token: { access_token } };
		const browser = app.browser();
		const end = await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		expect(end.searchParams.get("error")).toBe("server_unsupported");
		mallory.deviations = {};
		await app.close();
	},
);

test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
	"an error that is called %s, as every object has one, refuses no token",
	async (error) => {
		const app = await open();
		mallory.deviations = {};
		const browser = app.browser();
		await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
		const asked = () => mallory.received.filter(({ path }) => path === "/oauth/token").length;
		const before = asked();
		mallory.deviations = { profile: () => ({ status: 401, body: `{"error":"${error}"}` }) };
		const agent = await app.auth.api.getBskyAgent({ trustedDid: mallory.did });
		const { did: actor } = mallory;
		await expect(agent.app.bsky.actor.getProfile({ actor })).rejects.toMatchObject({ status: 401 });
		expect(asked()).toBe(before);
		await app.close();
	},
);

test("a call's token goes to the person's own server, and to no other", async () => {
	const app = await open();
	mallory.deviations = {};
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	const agent = await app.auth.api.getBskyAgent({ trustedDid: mallory.did });
	const other = await startEvilServer();
	const { host } = new URL(other.origin);
	for (const path of [`${other.origin}/x`, `//${host}/x`, `/\\${host}/x`, `\\\\${host}/x`]) {
		await expect(async () => agent.fetchHandler(path, {})).rejects.toThrow(/own server/);
	}
	expect(other.received).toEqual([]);
	await Promise.all([app.close(), other.close()]);
});

test("a lock from a clock that was wrong holds nobody up", async () => {
	const app = await open();
	const person = await newPerson(network);
	const browser = app.browser();
	await browser.signIn(person);
	await expire(app, person.did);
	const year = 365 * 24 * 60 * 60_000;
	app.database.prepare("update bskySession set lockedUntil = ?").run(Date.now() + year);
	expect(await (await browser.post("/bsky/restore", {})).json()).toMatchObject({ active: true });
	expect(app.rows("bskySession")).toMatchObject([{ lockedUntil: 0 }]);
	await app.close();
});
