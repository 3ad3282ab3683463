import type { BetterAuthPlugin } from "better-auth";
import { mergeSchema } from "better-auth/db";
import { requireRecentNode } from "#recent-node";
import { keepCurrent } from "./accounts/current.ts";
import { guardWaysIn } from "./accounts/guard-ways-in.ts";
import { extendAdapter } from "./accounts/internal-adapter.ts";
import {
	checkOthers,
	checkProviders,
	guardAccountRows,
	guardDids,
	guardEndpoints,
	guardOwners,
	ourIds,
	placesOf,
} from "./accounts/reserved-id.ts";
import { followSignOuts } from "./accounts/sign-out.ts";
import { followRemovals, unlinkHooks } from "./accounts/unlink.ts";
import { warnWithoutTransactions } from "./accounts/warn-without-transactions.ts";
import { BSKY_ERROR_CODES } from "./base/api-error.ts";
import { loopbackOrigins } from "./base/loopback.ts";
import { isXrpc, PATHS } from "./base/paths.ts";
import { BskyPlugin, decided } from "./bsky.ts";
import { requireScopes } from "./oauth/scopes.ts";
import { type AtprotoAuthOptions, resolveOptions } from "./options.ts";
import { getBskyAccounts } from "./routes/accounts.ts";
import { getBskyAgent, getBskySessionFetch } from "./routes/agent.ts";
import { asAnyCallback } from "./routes/as-any-callback.ts";
import { afterUnlinking } from "./routes/cached-session.ts";
import { callbackBsky } from "./routes/callback.ts";
import { restoreBskySession } from "./routes/check.ts";
import { checkBsky, getBskyKeyUse } from "./routes/check-up.ts";
import { getClientMetadata } from "./routes/client-metadata.ts";
import { disconnectBsky } from "./routes/disconnect.ts";
import { getBskyHealth } from "./routes/health.ts";
import { importBskyAccount } from "./routes/import.ts";
import { getJwks } from "./routes/jwks.ts";
import { serveLegacyClients } from "./routes/legacy-clients.ts";
import { noStore } from "./routes/no-store.ts";
import { noticeMistakes } from "./routes/notice-mistakes.ts";
import { bskyServer } from "./routes/server.ts";
import { getBskySession } from "./routes/session.ts";
import { signInBsky } from "./routes/sign-in.ts";
import { switchBsky } from "./routes/switch.ts";
import { bskyTypeahead } from "./routes/typeahead.ts";
import { upgradeBsky } from "./routes/upgrade.ts";
import { bskyXrpc } from "./routes/xrpc.ts";
import { preflight } from "./routes/xrpc-cors.ts";
import { schema } from "./schema.ts";
import { addressRate } from "./xrpc-options.ts";

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
	requireRecentNode();
	const plugin = new BskyPlugin(resolveOptions(options));
	const legacyIds = plugin.options.legacy.providerIds;
	const isOurId = ourIds(legacyIds);
	const places = placesOf(legacyIds);
	return {
		id: "bsky",
		async init(context) {
			const start = decided(context, plugin.options);
			await requireScopes(plugin.options);
			warnWithoutTransactions(context);
			checkOthers(context, legacyIds, isOurId);
			const follow = followSignOuts(plugin, context);
			extendAdapter(context, (adapter) => {
				checkProviders(context, places, isOurId);
				return guardOwners(follow(keepCurrent(followRemovals(context, adapter))), isOurId);
			});
			const { account, user } = unlinkHooks(plugin, context);
			const socialProviders = [...context.socialProviders, ...places];
			return {
				options: {
					databaseHooks: { user, account: { ...account, ...guardAccountRows(isOurId) } },
					trustedOrigins: loopbackOrigins(context.baseURL),
				},
				context: { socialProviders, ...start },
			};
		},
		onRequest: async (request, context) => {
			noticeMistakes(plugin, request, context);
			return preflight(plugin, request, context) ?? serveLegacyClients(plugin, request, context);
		},
		hooks: {
			before: [guardEndpoints(isOurId), guardDids, guardWaysIn(plugin), asAnyCallback],
			after: [noStore, afterUnlinking(plugin)],
		},
		schema: mergeSchema(schema, options.schema),
		endpoints: {
			getBskyClientMetadata: getClientMetadata(plugin),
			getBskyJwks: getJwks(plugin),
			signInBsky: signInBsky(plugin),
			upgradeBsky: upgradeBsky(plugin),
			bskyCallback: callbackBsky(plugin),
			getBskySession: getBskySession(plugin),
			restoreBskySession: restoreBskySession(plugin),
			getBskyAccounts: getBskyAccounts(plugin),
			switchBsky: switchBsky(plugin),
			disconnectBsky: disconnectBsky(plugin),
			bskyTypeahead: bskyTypeahead(plugin),
			bskyServer: bskyServer(plugin),
			bskyXrpc: bskyXrpc(plugin),
			getBskyAgent: getBskyAgent(plugin),
			getBskySessionFetch: getBskySessionFetch(plugin),
			importBskyAccount: importBskyAccount(plugin),
			getBskyHealth: getBskyHealth(plugin),
			checkBsky: checkBsky(plugin),
			getBskyKeyUse: getBskyKeyUse(plugin),
		},
		rateLimit: [
			{ pathMatcher: (path) => path === PATHS.signIn, window: 60, max: 5 },
			{ pathMatcher: (path) => path === PATHS.upgrade, window: 60, max: 5 },
			{ pathMatcher: (path) => path === PATHS.callback, window: 60, max: 10 },
			{ pathMatcher: (path) => path === PATHS.typeahead, window: 60, max: 120 },
			{ pathMatcher: (path) => path === PATHS.server, window: 60, max: 20 },
			// Of one address and one method: of a user they are counted by themselves.
			{ pathMatcher: isXrpc, ...addressRate(plugin.options.xrpc) },
		],
		$ERROR_CODES: BSKY_ERROR_CODES,
		options,
	} satisfies BetterAuthPlugin;
};
