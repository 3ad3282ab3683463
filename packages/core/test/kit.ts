import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { buffer } from "node:stream/consumers";
import { type Account, approve, type Network } from "@better-auth-bsky/devnet";
import { type AuthContext, type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { type AtprotoAuthOptions, atprotoAuth } from "../src/index.ts";
import { readSession, writeRefreshed } from "../src/stores/session-store.ts";

/** better-auth's secret in tests. */
export const SECRET = "a-test-secret-that-is-long-enough-0123456789";

export interface AppOptions {
	plugin?: AtprotoAuthOptions;
	auth?: Omit<BetterAuthOptions, "plugins" | "baseURL">;
	/** Plugins beside ours. */
	plugins?: BetterAuthOptions["plugins"];
	/** Address to listen on. @default "127.0.0.1" */
	listen?: string;
	/** Host of the base URL. @default "localhost" */
	host?: string;
	/** Another base URL than the server's own, for an app behind a published origin. */
	baseURL?: string;
}

/** What an app needs to know of a network: where identities are looked up. */
export type Directories = Pick<Network, "handleResolverUrl" | "plcUrl"> &
	Partial<Pick<Network, "appViewUrl">>;

/** An app with better-auth and the plugin on a real HTTP server and an in-memory SQLite. */
export type App = Awaited<ReturnType<typeof startApp>>;

export async function startApp(network: Directories, options: AppOptions = {}) {
	const server = createServer();
	await new Promise<void>((resolve) =>
		server.listen(0, options.listen ?? "127.0.0.1", () => resolve()),
	);
	const { port } = server.address() as AddressInfo;
	const origin = options.baseURL ?? `http://${options.host ?? "localhost"}:${port}`;
	const database = new DatabaseSync(":memory:");
	const logs: string[] = [];
	const auth = betterAuth({
		baseURL: origin,
		secret: SECRET,
		database,
		emailAndPassword: { enabled: true },
		logger: { log: (level, ...rest) => logs.push([level, ...rest].map(String).join(" ")) },
		...options.auth,
		// better-auth switches origin checks off in tests, unless told otherwise.
		advanced: { disableOriginCheck: false, ...options.auth?.advanced },
		plugins: [
			atprotoAuth({ ...pluginDefaults(network), ...options.plugin }),
			...(options.plugins ?? []),
		],
	});
	await (await getMigrations(auth.options)).runMigrations();
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
		browser: () =>
			new Browser(origin, `http://${options.listen === "::1" ? "[::1]" : "127.0.0.1"}:${port}`),
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

/** A browser as far as HTTP goes: cookies per host, an Origin, and redirects taken one by one. */
export class Browser {
	readonly origin: string;
	readonly #target: string;
	readonly #cookies = new Map<string, Map<string, string>>();

	/** @param target where the server listens, whatever names lead to it */
	constructor(origin: string, target: string) {
		this.origin = origin;
		this.#target = target;
	}

	async fetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
		const url = new URL(input, this.origin);
		const jar = this.#jar(url);
		const headers = new Headers(init.headers);
		const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
		if (cookie) headers.set("cookie", cookie);
		if (init.method && init.method !== "GET" && !headers.has("origin")) {
			headers.set("origin", this.origin);
		}
		const target = new URL(url.pathname + url.search, this.#target);
		const response = await send(new Request(target, { ...init, headers }), url.host);
		for (const line of response.headers.getSetCookie()) {
			const [pair = ""] = line.split(";", 1);
			const at = pair.indexOf("=");
			if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
			else jar.set(pair.slice(0, at), pair.slice(at + 1));
		}
		return response;
	}

	#jar({ host }: URL): Map<string, string> {
		const jar = this.#cookies.get(host) ?? new Map<string, string>();
		this.#cookies.set(host, jar);
		return jar;
	}

	get cookies(): ReadonlyMap<string, string> {
		return this.#jar(new URL(this.origin));
	}

	setCookie(name: string, value: string): void {
		this.#jar(new URL(this.origin)).set(name, value);
	}

	post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
		return this.fetch(`/api/auth${path}`, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify(body),
		});
	}

	get(path: string): Promise<Response> {
		return this.fetch(`/api/auth${path}`);
	}

	async json(path: string): Promise<Record<string, unknown>> {
		return (await (await this.get(path)).json()) as Record<string, unknown>;
	}

	/** Begins a sign-in; returns the authorization URL. */
	async begin(handle: string, body: Record<string, unknown> = {}): Promise<string> {
		const response = await this.post("/bsky/sign-in", { handle, callbackURL: "/me", ...body });
		const answer = (await response.json()) as { url?: string };
		if (!answer.url) throw new Error(`sign-in: ${response.status} ${JSON.stringify(answer)}`);
		return answer.url;
	}

	/** Goes where a callback leads; returns the address at the end of all redirects in the app. */
	async arrive(callback: URL): Promise<URL> {
		let url = callback;
		for (let hops = 0; hops < 5; hops++) {
			const response = await this.fetch(url);
			const location = response.headers.get("location");
			if (!location) throw new Error(`no redirect from ${url}: ${response.status}`);
			url = new URL(location, url);
			if (!url.pathname.endsWith("/bsky/callback")) return url;
		}
		throw new Error("too many redirects");
	}

	/** The whole sign-in of an account; returns where it ended. */
	async signIn(
		account: Pick<Account, "handle" | "password">,
		body: Record<string, unknown> = {},
		deny = false,
	): Promise<URL> {
		const url = await this.begin(account.handle, body);
		return this.arrive(await approve(url, { account, deny }));
	}

	/** Signs up with e-mail and password. */
	async signUpWithEmail(email: string): Promise<void> {
		const response = await this.post("/sign-up/email", {
			email,
			password: "a-password",
			name: "E",
		});
		if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
	}

	async user(): Promise<Record<string, unknown> | null> {
		const session = (await (await this.get("/get-session")).json()) as {
			user: Record<string, unknown>;
		} | null;
		return session?.user ?? null;
	}
}

/** `fetch` without redirects, but with a Host of its own: the global one always sends the target's. */
async function send(request: Request, host: string): Promise<Response> {
	const body = Buffer.from(await request.arrayBuffer());
	const { method, signal } = request;
	const headers = { ...Object.fromEntries(request.headers), host, "content-length": body.length };
	const answer = await new Promise<IncomingMessage>((resolve, reject) => {
		httpRequest(request.url, { method, headers, signal }, resolve).on("error", reject).end(body);
	});
	const status = answer.statusCode ?? 0;
	const response = new Response([204, 304].includes(status) ? null : await buffer(answer), {
		status,
	});
	for (let at = 0; at < answer.rawHeaders.length; at += 2) {
		response.headers.append(answer.rawHeaders[at] ?? "", answer.rawHeaders[at + 1] ?? "");
	}
	return response;
}

/** Makes the stored access token of a DID look as if it ended a minute ago. */
export async function expire(app: App, did: string): Promise<void> {
	const context = (await app.auth.$context) as unknown as AuthContext;
	const stored = await readSession(context, did);
	if (!stored?.session) throw new Error(`No session of ${did} is stored.`);
	const { session } = stored;
	const expires_at = new Date(Date.now() - 60_000).toISOString();
	await writeRefreshed(context, stored, {
		...session,
		tokenSet: { ...session.tokenSet, expires_at },
	});
}
