import type { Network } from "@better-auth-bsky/devnet";
import { sendTo } from "@better-auth-bsky/tools/http-browser";
import type { AuthContext, BetterAuthOptions, BetterAuthPlugin } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getAuthTables } from "better-auth/db";
import {
	admin,
	anonymous,
	bearer,
	customSession,
	jwt,
	lastLoginMethod,
	multiSession,
	organization,
	twoFactor,
	username,
} from "better-auth/plugins";
import { expect, onTestFinished, type TestContext } from "vitest";
import { atprotoAuth } from "../src/index.ts";
import { withoutTransactions } from "./accounts-kit.ts";
import { type DatabaseKind, databaseKinds } from "./databases.ts";
import { type App, type AppOptions, Browser, newPrivateKey, publish, startApp } from "./kit.ts";
import { useRedis, whyNoRedis } from "./redis.ts";
import { SERVERS } from "./servers.ts";
import { type LifeApp, lifeApp, type Ways } from "./whole-life.ts";

/** The ways in which an app can be set up: each axis a table, of whose values an app has one. */

const privateKey = newPrivateKey();

/** An app that is about to be started. */
interface Draft {
	readonly network: Network;
	readonly skip: TestContext["skip"];
	readonly session: NonNullable<BetterAuthOptions["session"]>;
	readonly advanced: NonNullable<BetterAuthOptions["advanced"]>;
	readonly auth: NonNullable<AppOptions["auth"]>;
	readonly plugin: NonNullable<AppOptions["plugin"]>;
	readonly plugins: BetterAuthPlugin[];
	/** Where it listens, and where it is. */
	readonly place: Pick<AppOptions, "host" | "baseURL" | "origin">;
	readonly ways: Ways;
	/** How many sessions there are, where they are no rows. */
	sessions?: Parameters<typeof lifeApp>[1];
	/** Once it listens. */
	started?(app: App): Promise<void>;
	/** A browser in front of it. */
	browser(app: App): Browser;
}

/** A value of an axis. */
export interface Choice {
	name: string;
	apply(draft: Draft): void | Promise<void>;
}

const asItIs = (name: string): Choice => ({ name, apply() {} });

const PLUGINS: readonly Choice[] = [
	asItIs("no other plugin"),
	{
		name: "`admin`",
		apply({ plugins, ways }) {
			plugins.push(admin());
			ways.signedIn = async (browser) =>
				expect(await browser.user()).toMatchObject({ role: "user", banned: false });
		},
	},
	{
		name: "a guest of `anonymous`",
		apply({ plugins, ways }) {
			const carried: string[] = [];
			plugins.push(
				anonymous({ onLinkAccount: async ({ newUser }) => void carried.push(newUser.user.id) }),
			);
			ways.begin = async (browser) =>
				expect((await browser.post("/sign-in/anonymous", {})).status).toBe(200);
			ways.signedIn = async (browser) => expect(carried).toEqual([(await browser.user())?.id]);
		},
	},
	{
		name: "`multi-session`",
		apply({ plugins, ways }) {
			plugins.push(multiSession());
			ways.asksToLink = true;
			ways.signedIn = async (browser) =>
				expect(await browser.json("/multi-session/list-device-sessions")).toHaveLength(1);
		},
	},
	{
		name: "`bearer` and `jwt`",
		apply({ plugins, ways }) {
			plugins.push(bearer(), jwt());
			ways.signedIn = async (browser, { did }) => {
				const [, payload = ""] = String((await browser.json("/token")).token).split(".");
				const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
				expect(claims).toMatchObject({ bskyDid: did });
			};
		},
	},
	{ name: "`organization` by a session hook", apply: withOrganization },
	{
		name: "`two-factor`, `username` and `last-login-method`",
		apply({ plugins, plugin, ways }) {
			plugins.push(
				twoFactor({ otpOptions: { sendOTP: async () => {} } }),
				username(),
				lastLoginMethod({ storeInDatabase: true }),
			);
			// Nobody's but theirs, also once they have left it to a user who has another account.
			let names = 0;
			plugin.mapProfileToUser = () => ({ username: `person_${++names}` });
			ways.signedIn = async (browser) => {
				const shown = { username: "person_1", twoFactorEnabled: false };
				expect(await browser.user()).toMatchObject(shown);
				expect(browser.cookies.get("better-auth.last_used_login_method")).toBe("bsky");
			};
		},
	},
	{
		name: "`custom-session`",
		apply({ plugins, ways }) {
			plugins.push(
				customSession(async (all) => ({ ...all, handle: Reflect.get(all.user, "bskyHandle") })),
			);
			ways.signedIn = async (browser, { handle }) =>
				expect(await browser.json("/get-session")).toMatchObject({ handle });
		},
	},
];

/** Each user has an organization of their own, and each session begins in it. */
function withOrganization({ plugins, auth, ways }: Draft): void {
	plugins.push(organization());
	auth.databaseHooks = {
		user: {
			create: {
				async after({ id: userId }, ctx) {
					const adapter = ctx?.context.adapter;
					const createdAt = new Date();
					const own = await adapter?.create<Record<string, unknown>, { id: string }>({
						model: "organization",
						data: { name: "Own", slug: userId, createdAt },
					});
					const data = { organizationId: own?.id, userId, role: "owner", createdAt };
					await adapter?.create({ model: "member", data });
				},
			},
		},
		session: {
			create: {
				async before(session, ctx) {
					const where = [{ field: "userId", value: session.userId }];
					const member = await ctx?.context.adapter.findOne<{ organizationId: string }>({
						model: "member",
						where,
					});
					return { data: { ...session, activeOrganizationId: member?.organizationId } };
				},
			},
		},
	};
	ways.signedIn = async (browser) => {
		const { session } = (await browser.json("/get-session")) as { session: object };
		expect(session).toMatchObject({ activeOrganizationId: expect.anything() });
	};
}

const onServer = (kind: DatabaseKind): Choice => ({
	name: kind.name,
	async apply({ auth, skip }) {
		if (kind.missing) skip(kind.missing);
		const created = await kind.create();
		onTestFinished(() => created.drop());
		auth.database = created.database;
	},
});

const DATABASES: readonly Choice[] = [
	...(await databaseKinds()).map(onServer),
	{
		name: "memory adapter",
		apply({ auth, plugins }) {
			const tables = getAuthTables({ plugins: [atprotoAuth(), ...plugins] });
			const models = Object.values(tables).map(({ modelName }) => modelName);
			auth.database = memoryAdapter(Object.fromEntries(models.map((name) => [name, []])));
		},
	},
];

const noRedis = await whyNoRedis();

const SESSIONS: readonly Choice[] = [
	asItIs("sessions in the database"),
	{
		name: "sessions in Redis",
		async apply(draft) {
			if (noRedis) draft.skip(noRedis);
			const { storage, sessions } = await useRedis();
			draft.auth.secondaryStorage = storage;
			draft.sessions = sessions;
		},
	},
	{
		name: "sessions in Redis and the database",
		async apply({ auth, session, skip }) {
			if (noRedis) skip(noRedis);
			auth.secondaryStorage = (await useRedis()).storage;
			session.storeSessionInDatabase = true;
		},
	},
];

const TRANSACTIONS: readonly Choice[] = [
	asItIs("transactions"),
	{
		name: "no transactions",
		apply(draft) {
			const { started } = draft;
			draft.started = async (app) => {
				await started?.(app);
				withoutTransactions((await app.auth.$context) as unknown as AuthContext);
			};
		},
	},
];

const COOKIES: readonly Choice[] = [
	asItIs("no cookieCache"),
	...(["compact", "jwt", "jwe"] as const).map((strategy) => ({
		name: `cookieCache ${strategy}`,
		apply({ session }: Draft) {
			session.cookieCache = { enabled: true, maxAge: 300, strategy };
		},
	})),
];

const IDS: readonly Choice[] = [
	asItIs("IDs of better-auth"),
	...(
		[
			["uuid", "uuid"],
			["serial", "serial"],
			["function", () => `app-${crypto.randomUUID().slice(0, 24)}`],
		] as const
	).map(([name, generateId]) => ({
		name: `generateId ${name}`,
		apply({ advanced }: Draft) {
			advanced.database = { generateId };
		},
	})),
];

let hosts = 0;
/** A host of its own, which leads to nobody's port yet. */
const newHost = (domain: string) => `https://h${++hosts}.${domain}`;

const straightTo = ({ port }: App) => sendTo(`http://127.0.0.1:${port}`);

const HERE = {
	localhost: asItIs("http://localhost"),
	numeric: {
		name: "http://127.0.0.1",
		apply({ place }: Draft) {
			place.host = "127.0.0.1";
		},
	},
	unsaid: {
		name: "no baseURL",
		apply(draft: Draft) {
			draft.place.baseURL = "";
			draft.browser = (app) => app.browser(`http://localhost:${app.port}`);
		},
	},
	twoOrigins: {
		name: "a front end on another origin",
		apply(draft: Draft) {
			const front = "http://localhost:4321";
			draft.auth.trustedOrigins = [front];
			draft.browser = (app) =>
				new Browser(app.origin, (request) => {
					if (request.headers.has("origin")) request.headers.set("origin", front);
					return straightTo(app)(request);
				});
		},
	},
};

const PUBLISHED: readonly Choice[] = [
	{
		name: "https behind a proxy",
		apply(draft) {
			const origin = newHost("proxy.dev");
			draft.place.baseURL = origin;
			draft.started = (app) => publish(draft.network, origin, app.port);
		},
	},
	{
		name: "allowedHosts",
		apply(draft) {
			const origin = newHost("brand.dev");
			const { host } = new URL(origin);
			const allowedHosts = ["localhost:*", "127.0.0.1:*", "*.brand.dev"];
			draft.place.baseURL = { allowedHosts, protocol: "auto", fallback: origin };
			draft.place.origin = origin;
			draft.advanced.trustedProxyHeaders = true;
			draft.started = (app) => publish(draft.network, origin, app.port);
			draft.browser = (app) =>
				new Browser(origin, (request) => {
					request.headers.set("x-forwarded-host", host);
					request.headers.set("x-forwarded-proto", "https");
					return straightTo(app)(request);
				});
		},
	},
	{ name: "a preview with clientOrigin", apply: asPreview },
];

/** Beside it runs the app whose client it signs in as, which leads people on to it. */
function asPreview(draft: Draft): void {
	const { network, plugin } = draft;
	const [origin, clientOrigin] = [newHost("preview.dev"), newHost("production.dev")];
	draft.place.baseURL = origin;
	let production: App;
	draft.started = async () => {
		production = await startApp(network, {
			baseURL: clientOrigin,
			plugin: { ...plugin, clientOrigin },
			auth: { trustedOrigins: [origin] },
		});
		onTestFinished(() => production.close());
		await publish(network, clientOrigin, production.port);
	};
	plugin.clientOrigin = clientOrigin;
	draft.browser = (app) =>
		new Browser(origin, (request) => {
			const isHere = request.headers.get("host") === new URL(origin).host;
			return straightTo(isHere ? app : production)(request);
		});
}

const CLIENTS: readonly Choice[] = [
	{
		name: "public client",
		apply({ plugin }) {
			plugin.publicClient = true;
		},
	},
	{
		name: "confidential client",
		apply({ plugin }) {
			plugin.privateKey = privateKey;
		},
	},
];

const SERVER_HABITS: readonly Choice[] = [
	asItIs("the reference server"),
	...SERVERS.map((server) => ({
		name: server.name,
		apply({ network, ways }: Draft) {
			const undo = network.pds.behave(...server.habits);
			onTestFinished(() => undo());
			ways.server = server;
		},
	})),
];

/** In the order in which they are applied: what comes later may look at what is there. */
export const AXES: readonly (readonly Choice[])[] = [
	CLIENTS,
	[...Object.values(HERE), ...PUBLISHED],
	PLUGINS,
	DATABASES,
	SESSIONS,
	TRANSACTIONS,
	COOKIES,
	IDS,
	SERVER_HABITS,
];

/** What can't be together, by the names of both, and why. */
export const EXCLUDED: readonly { one: string; other: string; why: string }[] = Object.values(
	HERE,
).map(({ name }) => ({
	one: "confidential client",
	other: name,
	why: "A client on localhost has no key.",
}));

/** An app of these choices, and what is to be known of life in it. */
export async function setUp(
	network: Network,
	{ skip }: Pick<TestContext, "skip">,
	choices: readonly Choice[],
): Promise<{ app: LifeApp; ways: Ways }> {
	const session = {};
	const advanced = {};
	const draft: Draft = {
		network,
		skip,
		session,
		advanced,
		auth: { session, advanced, user: { deleteUser: { enabled: true } } },
		plugin: { allowHttp: true },
		plugins: [],
		place: {},
		ways: {},
		browser: (app) => app.browser(),
	};
	for (const choice of choices) await choice.apply(draft);
	const { auth, plugin, plugins, place } = draft;
	const app = await startApp(network, { auth, plugin, plugins, ...place });
	onTestFinished(() => app.close());
	await draft.started?.(app);
	const browser = () => draft.browser(app);
	return { app: { ...lifeApp(app, draft.sessions), browser }, ways: draft.ways };
}
