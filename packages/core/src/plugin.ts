import type { BetterAuthOptions, BetterAuthPlugin } from "better-auth";
import { mergeSchema } from "better-auth/db";
import { signOutHooks } from "./accounts/sign-out.ts";
import { unlinkHooks } from "./accounts/unlink.ts";
import { Bsky } from "./context.ts";
import { BSKY_ERROR_CODES } from "./errors.ts";
import { type AtprotoAuthOptions, checkBaseUrl, resolveOptions } from "./options.ts";
import { callbackBsky } from "./routes/callback.ts";
import { getClientMetadata } from "./routes/client-metadata.ts";
import { disconnectBsky } from "./routes/disconnect.ts";
import { getJwks } from "./routes/jwks.ts";
import { restoreBskySession } from "./routes/restore.ts";
import { getBskySession } from "./routes/session.ts";
import { signInBsky } from "./routes/sign-in.ts";
import { bskyTypeahead } from "./routes/typeahead.ts";
import { schema } from "./schema.ts";
import { getBskyAgent } from "./xrpc/agent.ts";

/**
 * Sign in with Bluesky: AT Protocol OAuth for better-auth.
 *
 * @example
 * betterAuth({
 * 	baseURL: "https://myapp.com",
 * 	plugins: [atprotoAuth({ privateKey: process.env.BSKY_PRIVATE_KEY })],
 * });
 * @throws {BskyOptionError} naming the option that is wrong
 */
export const atprotoAuth = (options: AtprotoAuthOptions = {}) => {
	const bsky = new Bsky(resolveOptions(options));
	return {
		id: "bsky",
		init(context): { options: Pick<BetterAuthOptions, "databaseHooks"> } {
			// A dynamic base URL is known only with a request: it is checked then.
			if (context.baseURL) checkBaseUrl(new URL(context.baseURL), bsky.options);
			return {
				options: {
					databaseHooks: { ...unlinkHooks(bsky, context), ...signOutHooks(bsky, context) },
				},
			};
		},
		schema: mergeSchema(schema, options.schema),
		endpoints: {
			getBskyClientMetadata: getClientMetadata(bsky),
			getBskyJwks: getJwks(bsky),
			signInBsky: signInBsky(bsky),
			bskyCallback: callbackBsky(bsky),
			getBskySession: getBskySession(bsky),
			restoreBskySession: restoreBskySession(bsky),
			disconnectBsky: disconnectBsky(bsky),
			bskyTypeahead: bskyTypeahead(bsky),
			getBskyAgent: getBskyAgent(bsky),
		},
		rateLimit: [
			{ pathMatcher: (path) => path === "/bsky/sign-in", window: 60, max: 5 },
			{ pathMatcher: (path) => path === "/bsky/callback", window: 60, max: 10 },
			{ pathMatcher: (path) => path === "/bsky/typeahead", window: 60, max: 120 },
		],
		$ERROR_CODES: BSKY_ERROR_CODES,
		options,
	} satisfies BetterAuthPlugin;
};
