import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import {
	type Account,
	type AccountOptions,
	approve,
	type Network,
	type NetworkOptions,
	startNetwork,
} from "@better-auth-bsky/devnet";
import { HttpBrowser, sendTo } from "@better-auth-bsky/tools/http-browser";
import { type AuthContext, type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { afterAll, onTestFinished } from "vitest";
import { type AtprotoAuthOptions, atprotoAuth } from "../src/index.ts";
import { expireStored } from "./expire.ts";

/** better-auth's secret in tests. */
export const SECRET = "a-test-secret-that-is-long-enough-0123456789";

/**
 * A network of a test file, closed after its last test. Only who is asked for is there: to make
 * devnet's ready-made people, with their posts and pictures, takes one to two seconds.
 */
export async function useNetwork(options: NetworkOptions = {}): Promise<Network> {
	const network = await startNetwork({ accounts: [], ...options });
	afterAll(() => network.close());
	return network;
}

/** Makes an https origin lead to a port of this machine during one test, for the servers of a network. */
export async function publish(network: Network, origin: string, port: number): Promise<void> {
	const published = await network.publishOrigin(origin, port);
	onTestFinished(() => published.unpublish());
}

/** A key for `privateKey`, as a PEM file has it. */
export const newPrivateKey = (): string =>
	generateKeyPairSync("ec", { namedCurve: "P-256" })
		.privateKey.export({ type: "pkcs8", format: "pem" })
		.toString();

/** A picture. */
export const PIXEL = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);

/** For {@link useNetwork}: people whom several tests of a file may meet. */
export const ALICE: AccountOptions = { handle: "alice.test", displayName: "Alice", avatar: PIXEL };
export const BOB: AccountOptions = { handle: "bob.test", displayName: "Bob" };

export interface AppOptions {
	plugin?: AtprotoAuthOptions | undefined;
	auth?: Omit<BetterAuthOptions, "plugins" | "baseURL"> | undefined;
	/** Plugins beside ours, behind it. */
	plugins?: BetterAuthOptions["plugins"];
	/** Plugins before ours. */
	before?: BetterAuthOptions["plugins"];
	/** Address to listen on. @default "127.0.0.1" */
	listen?: string;
	/** Host of the base URL. @default "localhost" */
	host?: string;
	/** Another base URL than the server's own, for an app behind published origins. */
	baseURL?: BetterAuthOptions["baseURL"];
	/** The origin that browsers have it at, where `baseURL` isn't one. */
	origin?: string;
	/** Path of the base URL, for one without. */
	path?: string;
}

/** What an app needs to know of a network: where identities are looked up. */
export type Directories = Pick<Network, "handleResolverUrl" | "plcUrl"> &
	Partial<Pick<Network, "appViewUrl">>;

/** An app with better-auth and the plugin on a real HTTP server and an in-memory SQLite. */
export type App = Awaited<ReturnType<typeof startApp>>;

export async function startApp(network: Directories, options: AppOptions = {}) {
	// What is imported late can hold the process up for longer than the five seconds that Node keeps an
	// idle connection, which the next request then meets closed.
	const server = createServer({ keepAliveTimeout: 60_000 });
	await new Promise<void>((resolve) =>
		server.listen(0, options.listen ?? "127.0.0.1", () => resolve()),
	);
	const { port } = server.address() as AddressInfo;
	const { baseURL = `http://${options.host ?? "localhost"}:${port}` } = options;
	const origin = options.origin ?? (typeof baseURL === "string" ? baseURL : "");
	const database = new DatabaseSync(":memory:");
	const logs: string[] = [];
	const auth = betterAuth({
		baseURL: options.path ? origin + options.path : baseURL,
		secret: SECRET,
		database,
		emailAndPassword: { enabled: true },
		logger: { log: (level, ...rest) => logs.push([level, ...rest].map(String).join(" ")) },
		...options.auth,
		// better-auth switches origin checks off in tests, unless told otherwise.
		advanced: { disableOriginCheck: false, ...options.auth?.advanced },
		plugins: [
			...(options.before ?? []),
			atprotoAuth({ ...pluginDefaults(network), ...options.plugin }),
			...(options.plugins ?? []),
		],
	});
	// Adapters that are functions have tables by other ways.
	if (typeof auth.options.database !== "function") {
		await (await getMigrations(auth.options)).runMigrations();
	}
	const handler = toNodeHandler(auth);
	server.on("request", (request, response) => {
		handler(request, response).catch(() => response.destroy());
	});
	return {
		auth,
		database,
		logs,
		origin,
		port,
		/** Rows of a table, for looking at what is left behind. */
		rows: (table: string) =>
			database.prepare(`select * from "${table}"`).all() as Record<string, unknown>[],
		browser: (at = origin) =>
			new Browser(at, sendTo(`http://${options.listen === "::1" ? "[::1]" : "127.0.0.1"}:${port}`)),
		close: () => closeServer(server),
	};
}

/** The options that point the plugin at a local network. */
export function pluginDefaults(network: Directories): AtprotoAuthOptions {
	return {
		handleResolver: network.handleResolverUrl,
		plcDirectoryUrl: network.plcUrl,
		typeahead: network.appViewUrl ? { service: network.appViewUrl } : false,
	};
}

function closeServer(server: Server): Promise<void> {
	server.closeAllConnections();
	return new Promise((resolve) => server.close(() => resolve()));
}

let people = 0;

/** Somebody whom no other test knows. */
export function newPerson(
	network: Network,
	options: Partial<Parameters<Network["createAccount"]>[0]> = {},
): Promise<Account> {
	return network.createAccount({ handle: `person-${++people}.test`, ...options });
}

/** A browser in front of an app, and a person before it. */
export class Browser extends HttpBrowser {
	/** The whole sign-in of an account; returns where it ended. */
	async signIn(
		account: Pick<Account, "handle" | "password">,
		body: Record<string, unknown> = {},
		deny = false,
	): Promise<URL> {
		const url = await this.begin(account.handle, body);
		return this.arrive(await approve(url, { account, deny }));
	}
}

/** Makes the stored access token of a DID look as if it ended a minute ago. */
export async function expire(app: App, did: string): Promise<void> {
	await expireStored((await app.auth.$context) as unknown as AuthContext, did);
}
