import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { nextCookies } from "better-auth/next-js";
import { atprotoAuth } from "better-auth-bsky";

/** Set by `npm run demo` and the tests; without it the app meets the real network. */
const localNetwork = process.env.ATPROTO_HANDLE_RESOLVER
	? {
			handleResolver: process.env.ATPROTO_HANDLE_RESOLVER,
			plcDirectoryUrl: process.env.ATPROTO_PLC_URL,
			allowHttp: true,
		}
	: undefined;

export const auth = betterAuth({
	appName: "Bluebell",
	baseURL: process.env.BETTER_AUTH_URL ?? "http://localhost:3000",
	database: new DatabaseSync(process.env.DATABASE_PATH ?? "app.sqlite", { timeout: 5000 }),
	emailAndPassword: { enabled: true },
	onAPIError: { errorURL: "/error" },
	rateLimit: localNetwork && { enabled: false },
	plugins: [
		atprotoAuth({
			// Not needed on localhost.
			privateKey: process.env.BSKY_PRIVATE_KEY,
			clientMetadata: { clientName: "Bluebell" },
			...localNetwork,
		}),
		// The last one: it hands cookies to server actions.
		nextCookies(),
	],
});
