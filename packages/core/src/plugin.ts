import type { BetterAuthPlugin } from "better-auth";
import { mergeSchema } from "better-auth/db";
import { extendAdapter } from "./accounts/internal-adapter.ts";
import {
	accountRows,
	checkOthers,
	checkProviders,
	guardDids,
	guardEndpoints,
	guardOwners,
	withOurPlace,
} from "./accounts/reserved-id.ts";
import { followSignOuts } from "./accounts/sign-out.ts";
import { unlinkHooks } from "./accounts/unlink.ts";
import { warnWithoutTransactions } from "./accounts/warn-without-transactions.ts";
import { BSKY_ERROR_CODES } from "./base/api-error.ts";
import { PATHS } from "./base/paths.ts";
import { BskyPlugin, decided } from "./bsky.ts";
import { checkBaseUrl } from "./oauth/base-url.ts";
import { type AtprotoAuthOptions, resolveOptions } from "./options.ts";
import { getBskyAgent } from "./routes/agent.ts";
import { callbackBsky } from "./routes/callback.ts";
import { restoreBskySession } from "./routes/check.ts";
import { getClientMetadata } from "./routes/client-metadata.ts";
import { disconnectBsky } from "./routes/disconnect.ts";
import { getJwks } from "./routes/jwks.ts";
import { noStore } from "./routes/no-store.ts";
import { getBskySession } from "./routes/session.ts";
import { signInBsky } from "./routes/sign-in.ts";
import { bskyTypeahead } from "./routes/typeahead.ts";
import { schema } from "./schema.ts";

declare module "@better-auth/core" {
	/** Makes `context.getPlugin("bsky")` typed. */
	interface BetterAuthPluginRegistry<AuthOptions, Options> {
		bsky: { creator: typeof atprotoAuth };
	}
}

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
	const plugin = new BskyPlugin(resolveOptions(options));
	return {
		id: "bsky",
		init(context) {
			// A dynamic base URL is known only with a request: it is checked then.
			if (context.baseURL) checkBaseUrl(new URL(context.baseURL), plugin.options);
			warnWithoutTransactions(context);
			checkOthers(context);
			const follow = followSignOuts(plugin, context);
			extendAdapter(context, (adapter) => {
				checkProviders(context);
				return guardOwners(follow(adapter));
			});
			const { account } = unlinkHooks(plugin, context);
			return {
				options: { databaseHooks: { account: { ...account, ...accountRows } } },
				context: { socialProviders: withOurPlace(context), ...decided(context, plugin.options) },
			};
		},
		hooks: { before: [guardEndpoints, guardDids], after: [noStore] },
		schema: mergeSchema(schema, options.schema),
		endpoints: {
			getBskyClientMetadata: getClientMetadata(plugin),
			getBskyJwks: getJwks(plugin),
			signInBsky: signInBsky(plugin),
			bskyCallback: callbackBsky(plugin),
			getBskySession: getBskySession(plugin),
			restoreBskySession: restoreBskySession(plugin),
			disconnectBsky: disconnectBsky(plugin),
			bskyTypeahead: bskyTypeahead(plugin),
			getBskyAgent: getBskyAgent(plugin),
		},
		rateLimit: [
			{ pathMatcher: (path) => path === PATHS.signIn, window: 60, max: 5 },
			{ pathMatcher: (path) => path === PATHS.callback, window: 60, max: 10 },
			{ pathMatcher: (path) => path === PATHS.typeahead, window: 60, max: 120 },
		],
		$ERROR_CODES: BSKY_ERROR_CODES,
		options,
	} satisfies BetterAuthPlugin;
};
