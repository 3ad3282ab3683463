import type { Account, AuthContext, BetterAuthOptions } from "better-auth";
import { type Bsky, PROVIDER_ID } from "../context.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { revocationOf } from "../stores/revocation-store.ts";
import { deleteSession, readSession, type StoredSession } from "../stores/session-store.ts";
import { queueRevocation } from "./revoke.ts";

/**
 * Follows an account that goes away, by unlinking or with its user: its session is revoked at the
 * server and removed, and the user forgets the profile.
 *
 * The session is read before: the database may cascade it away, and with it the only token that
 * can revoke. It is acted on after: another hook may still refuse the removal.
 */
export function unlinkHooks(
	bsky: Bsky,
	initContext: AuthContext,
): NonNullable<BetterAuthOptions["databaseHooks"]> {
	const leaving = new WeakMap<object, StoredSession>();
	return {
		account: {
			delete: {
				before: async (account, ctx) => {
					if (account.providerId !== PROVIDER_ID) return;
					const stored = await readSession(ctx?.context ?? initContext, account.accountId);
					if (stored) leaving.set(account, stored);
				},
				after: async (account, ctx) => {
					if (account.providerId !== PROVIDER_ID) return;
					const context = ctx?.context ?? initContext;
					await deleteSession(context, account.accountId);
					await forgetProfile(context, account);
					bsky.profiles.delete(account.accountId);
					const session = leaving.get(account)?.session;
					if (session) await queueRevocation(context, bsky, revocationOf(session));
				},
			},
		},
	};
}

const NO_PROFILE = {
	bskyDid: null,
	bskyHandle: null,
	bskyDisplayName: null,
	bskyAvatar: null,
	bskyBio: null,
	bskyBanner: null,
};

async function forgetProfile(
	{ internalAdapter }: AuthContext,
	{ userId, accountId }: Pick<Account, "userId" | "accountId">,
): Promise<void> {
	const user: BskyUser | null = await internalAdapter.findUserById(userId);
	if (user?.bskyDid === accountId) await internalAdapter.updateUser(userId, NO_PROFILE);
}
