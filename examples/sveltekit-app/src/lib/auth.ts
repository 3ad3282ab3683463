import { DatabaseSync } from "node:sqlite";
import { atprotoAuth, BLUESKY_APPVIEW, scope, scopes } from "@better-auth-bsky/core";
import { type BetterAuthPlugin, betterAuth } from "better-auth";
import { sveltekitCookies } from "better-auth/svelte-kit";
import { Pool } from "pg";
import { getRequestEvent } from "$app/server";
import { collections, MAX_PICTURE_BYTES, pages, postScope } from "./product";

const { env } = process;
const databaseUrl = env.DATABASE_URL || "file:app.sqlite";

/** Set by `npm run demo` and the tests. Without it the app meets the real network. */
const localNetwork = env.ATPROTO_PLC_URL
	? {
			plcDirectoryUrl: env.ATPROTO_PLC_URL,
			handleResolver: env.ATPROTO_HANDLE_RESOLVER,
			typeahead: env.ATPROTO_APPVIEW_URL ? { service: env.ATPROTO_APPVIEW_URL } : (false as const),
			allowHttp: true,
		}
	: undefined;

/** Servers at which people may create an account, the first one first; unset, it is Bluesky's. */
export const servers = env.ATPROTO_SERVERS?.split(" ");

/** What a sign-in asks for: the person's statuses, and their profile. */
const signInScope = scopes(
	scope.repo(collections.status),
	scope.rpc("app.bsky.actor.getProfile", BLUESKY_APPVIEW),
);

/** The app's own table, made and migrated together with better-auth's. */
const statusTable = {
	id: "status-table",
	schema: {
		status: {
			fields: {
				uri: { type: "string", unique: true },
				did: { type: "string" },
				emoji: { type: "string" },
				createdAt: { type: "date", index: true },
			},
		},
	},
} satisfies BetterAuthPlugin;

export const auth = betterAuth({
	appName: "Bluebell",
	baseURL: env.BETTER_AUTH_URL || "http://localhost:3001",
	database: databaseUrl.startsWith("postgres")
		? new Pool({ connectionString: databaseUrl })
		: new DatabaseSync(databaseUrl, { timeout: 5000 }),
	emailAndPassword: { enabled: true },
	user: { deleteUser: { enabled: true } },
	// The tests sign in faster than people do.
	...(localNetwork && { rateLimit: { enabled: false } }),
	onAPIError: { errorURL: pages.error.path },
	// Cookies know no ports: without it two apps on localhost sign each other out.
	advanced: { cookiePrefix: "bluebell-sveltekit" },
	plugins: [
		atprotoAuth({
			// Not needed on localhost.
			privateKey: env.BSKY_PRIVATE_KEY,
			clientMetadata: {
				clientName: "Bluebell",
				// All that it ever asks for.
				scope: scopes(signInScope, postScope),
			},
			signInScope,
			// What a page may do by itself at the server of whoever is signed in.
			xrpc: {
				allow: [
					{ nsid: "com.atproto.repo.createRecord", collections: Object.values(collections) },
					"com.atproto.repo.uploadBlob",
				],
				maxUploadSize: MAX_PICTURE_BYTES,
			},
			...localNetwork,
		}),
		statusTable,
		// The last one: it hands cookies to form actions.
		sveltekitCookies(getRequestEvent),
	],
});
