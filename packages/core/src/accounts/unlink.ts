import type { Account, AuthContext, BetterAuthOptions, GenericEndpointContext } from "better-auth";
import { apiError } from "../base/api-error.ts";
import { PROVIDER_ID } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { endSession } from "../sessions/disconnect.ts";
import { isImpersonated } from "../sessions/may-act.ts";
import { ownSessions } from "../sessions/whose.ts";
import { readOwner, removeOwner } from "../stores/account-store.ts";
import { readSession, type StoredSession } from "../stores/session-store.ts";
import { accountRows, removeAccountRows } from "./account-rows.ts";
import { forgetCurrent } from "./current.ts";
import { forgetPrimary } from "./primary.ts";

/**
 * Follows an account that goes away, by unlinking or with its user: the DID is nobody's again, its
 * session is revoked at the server and removed, and the user forgets the profile. Sessions whose account
 * has gone without a word, or is kept by a hook of the app, go with their user.
 *
 * The session is read before: the database may cascade it away, and with it the only token that
 * can revoke. It is acted on after: another hook may still refuse the removal.
 */
export function unlinkHooks(plugin: BskyPlugin, initContext: AuthContext) {
	const leaving = new WeakMap<object, StoredSession>();
	const orphaned = new WeakMap<object, StoredSession[]>();
	const ids = [PROVIDER_ID, ...plugin.options.legacy.providerIds];
	const isAbout = ({ providerId }: Pick<Account, "providerId">) => ids.includes(providerId);
	return {
		user: {
			delete: {
				before: async (user, ctx) => {
					const bsky = plugin.at(ctx?.context ?? initContext);
					orphaned.set(user, await ownSessions(bsky, user.id));
				},
				after: async (user, ctx) => {
					const bsky = plugin.at(ctx?.context ?? initContext);
					for (const stored of orphaned.get(user) ?? []) {
						await endSession(bsky, stored).catch((error) =>
							bsky.logFailure("session_not_ended", error),
						);
					}
				},
			},
		},
		account: {
			delete: {
				before: async (account, ctx) => {
					if (!isAbout(account)) return;
					refuseImpersonated(plugin, ctx);
					const stored = await readSession(ctx?.context ?? initContext, account.accountId);
					if (stored) leaving.set(account, stored);
				},
				after: async (account, ctx) => {
					if (!isAbout(account)) return;
					const bsky = plugin.at(ctx?.context ?? initContext);
					await disconnectAccount(bsky, account, leaving.get(account) ?? null);
				},
			},
		},
	} satisfies NonNullable<BetterAuthOptions["databaseHooks"]>;
}

/** Who looks in as somebody takes nothing from them: their account may be their only way in. */
function refuseImpersonated({ options }: BskyPlugin, ctx: GenericEndpointContext | null): void {
	const session = ctx?.path === "/unlink-account" ? ctx.context.session?.session : undefined;
	if (session && isImpersonated(session) && !options.allowImpersonation) {
		throw apiError(new BskyError("IMPERSONATED"));
	}
}

async function disconnectAccount(
	bsky: Bsky,
	{ userId, accountId: did }: Pick<Account, "userId" | "accountId">,
	before: StoredSession | null,
): Promise<void> {
	const { context } = bsky;
	// Waits for a sign-in that is under way: what that has stored goes, too.
	const removed = await removeOwner(context, did, userId);
	const othersDid = !removed && (await readOwner(context, did)).userId !== null;
	if (!othersDid) {
		const stored = (await readSession(context, did)) ?? before;
		if (stored?.userId === userId) await endSession(bsky, stored);
		const rows = await accountRows(bsky, userId);
		await removeAccountRows(
			context,
			rows.filter((row) => row.accountId === did),
		);
	}
	await forgetPrimary(bsky, userId, did);
	await forgetCurrent(bsky, userId, did);
}
