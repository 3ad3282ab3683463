import type { Account, AuthContext, BetterAuthOptions, GenericEndpointContext } from "better-auth";
import { apiError } from "../base/api-error.ts";
import { PROVIDER_ID } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { type BskyUser, NO_PROFILE } from "../identity/user-fields.ts";
import { endSession } from "../sessions/disconnect.ts";
import { isImpersonated } from "../sessions/may-act.ts";
import { readSession, type StoredSession } from "../stores/session-store.ts";

/**
 * Follows an account that goes away, by unlinking or with its user: its session is revoked at the
 * server and removed, and the user forgets the profile.
 *
 * The session is read before: the database may cascade it away, and with it the only token that
 * can revoke. It is acted on after: another hook may still refuse the removal.
 */
export function unlinkHooks(
	plugin: BskyPlugin,
	initContext: AuthContext,
): NonNullable<BetterAuthOptions["databaseHooks"]> {
	const leaving = new WeakMap<object, StoredSession>();
	return {
		account: {
			delete: {
				before: async (account, ctx) => {
					if (account.providerId !== PROVIDER_ID) return;
					refuseImpersonated(plugin, ctx);
					const stored = await readSession(ctx?.context ?? initContext, account.accountId);
					if (stored) leaving.set(account, stored);
				},
				after: async (account, ctx) => {
					if (account.providerId !== PROVIDER_ID) return;
					const bsky = plugin.at(ctx?.context ?? initContext);
					const stored = leaving.get(account);
					if (stored?.userId === account.userId) await endSession(bsky, stored);
					await forgetProfile(bsky.context, account);
				},
			},
		},
	};
}

/** Who looks in as somebody takes nothing from them: their account may be their only way in. */
function refuseImpersonated({ options }: BskyPlugin, ctx: GenericEndpointContext | null): void {
	const session = ctx?.path === "/unlink-account" ? ctx.context.session?.session : undefined;
	if (session && isImpersonated(session) && !options.allowImpersonation) {
		throw apiError(new BskyError("IMPERSONATED"));
	}
}

async function forgetProfile(
	{ internalAdapter }: AuthContext,
	{ userId, accountId }: Pick<Account, "userId" | "accountId">,
): Promise<void> {
	const user: BskyUser | null = await internalAdapter.findUserById(userId);
	if (user?.bskyDid === accountId) await internalAdapter.updateUser(userId, NO_PROFILE);
}
