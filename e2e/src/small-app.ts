import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { atprotoAuth } from "@better-auth-bsky/core";
import type { Network } from "@better-auth-bsky/devnet";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";

/** How a small app is started. */
export interface SmallAppOptions {
	network: Network;
	/** The address it listens on. */
	host: "127.0.0.1" | "::1";
	/** Host of its base URL. */
	name: "localhost" | "127.0.0.1" | "[::1]";
	/** better-auth's own. */
	auth?: Pick<BetterAuthOptions, "account">;
	/** The origin of a front end that has one of its own. */
	frontEnd?: string;
	/** Files by their paths, in place of its own pages. */
	files?: Readonly<Record<string, string>>;
}

export interface SmallApp {
	url: string;
	stop(): Promise<void>;
}

/** An app with a form and a page for who is signed in, on node:http and without a framework. */
export async function startSmallApp(options: SmallAppOptions): Promise<SmallApp> {
	const { network, host, name, frontEnd, files = {} } = options;
	let respond = (_request: IncomingMessage, _response: ServerResponse) => Promise.resolve();
	const server = createServer((request, response) => {
		respond(request, response).catch((error) => {
			console.error(error);
			response.destroy();
		});
	});
	server.listen(0, host);
	await once(server, "listening");
	const address = server.address();
	if (typeof address !== "object" || !address) throw new Error("It listens on no port.");
	const url = `http://${name}:${address.port}`;

	const auth = betterAuth({
		...options.auth,
		baseURL: url,
		...(frontEnd && { trustedOrigins: [frontEnd] }),
		secret: "a secret for a test, long enough to be one: 8gkq2ls9wxz",
		database: new DatabaseSync(":memory:"),
		emailAndPassword: { enabled: true },
		// In a test, better-auth leaves them out.
		advanced: { disableOriginCheck: false },
		rateLimit: { enabled: false },
		logger: { level: "error" },
		plugins: [
			atprotoAuth({
				handleResolver: network.handleResolverUrl,
				plcDirectoryUrl: network.plcUrl,
				...(network.appViewUrl && { typeahead: { service: network.appViewUrl } }),
			}),
		],
	});
	const { runMigrations } = await getMigrations(auth.options);
	await runMigrations();
	const handleAuth = toNodeHandler(auth);

	respond = async (request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? "/", url);
		if (frontEnd && allow(frontEnd, request, response)) return void response.end();
		if (pathname.startsWith("/api/auth/")) return handleAuth(request, response);
		const type = TYPES[pathname.replace(/^.*\./, "")] ?? "html";
		response.setHeader("content-type", `text/${type}; charset=utf-8`);
		if (Object.hasOwn(files, pathname)) return void response.end(files[pathname]);
		if (pathname === "/") return void response.end(signInPage(searchParams.get("error")));
		if (!["/me", "/welcome"].includes(pathname)) return void response.writeHead(404).end();
		const headers = new Headers({ cookie: request.headers.cookie ?? "" });
		const session = await auth.api.getSession({ headers });
		response.end(page(session ? `<h1>${escapeHtml(session.user.name)}</h1>` : "<h1>Nobody</h1>"));
	};
	return {
		url,
		async stop() {
			server.close();
			server.closeAllConnections();
		},
	};
}

/** What files are, by how their names end; all others are pages. */
const TYPES: Record<string, string> = { js: "javascript", css: "css" };

/** CORS, as an app does it. @returns whether that is all that was asked */
function allow(origin: string, { method }: IncomingMessage, response: ServerResponse): boolean {
	response.setHeader("access-control-allow-origin", origin);
	response.setHeader("access-control-allow-credentials", "true");
	response.setHeader("access-control-allow-headers", "content-type");
	response.setHeader("vary", "Origin");
	return method === "OPTIONS";
}

const signInPage = (error: string | null) =>
	page(`
		<p role="alert">${escapeHtml(error ?? "")}</p>
		<form action="/api/auth/bsky/sign-in" method="post">
			<input type="hidden" name="callbackURL" value="/me">
			<input type="hidden" name="errorCallbackURL" value="/">
			<label>Handle <input name="handle" autocomplete="username"></label>
			<button>Sign in with Bluesky</button>
		</form>
		<form action="/api/auth/bsky/sign-in" method="post">
			<input type="hidden" name="callbackURL" value="/me">
			<input type="hidden" name="newUserCallbackURL" value="/welcome">
			<input type="hidden" name="errorCallbackURL" value="/">
			<input type="hidden" name="prompt" value="create">
			<label>Server <input name="handle" type="url"></label>
			<button>Create an account</button>
		</form>`);

const page = (body: string) => `<!doctype html>
	<html lang="en"><title>A small app</title><link rel="icon" href="data:,">${body}</html>`;

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
