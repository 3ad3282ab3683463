import type { Account, AuthContext, BetterAuthOptions, GenericEndpointContext } from "better-auth";
import { apiError } from "../base/api-error.ts";
import { twice } from "../base/conflict.ts";
import { PROVIDER_ID } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { endSession } from "../sessions/disconnect.ts";
import { isImpersonated } from "../sessions/may-act.ts";
import { ownSessions } from "../sessions/whose.ts";
import { readOwner, removeOwner, removeOwners } from "../stores/account-store.ts";
import { readSession, type StoredSession } from "../stores/session-store.ts";
import { accountRows, removeAccountRows } from "./account-rows.ts";
import { withEveryHook } from "./all-or-nothing.ts";
import { forgetCurrent } from "./current.ts";
import type { InternalAdapter } from "./internal-adapter.ts";
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
	const at = (ctx: GenericEndpointContext | null) => plugin.at(ctx?.context ?? initContext);
	const isAbout = ({ providerId }: Pick<Account, "providerId">) => ids.includes(providerId);
	return {
		user: {
			delete: {
				before: async (user, ctx) => {
					orphaned.set(user, await ownSessions(at(ctx), user.id));
				},
				after: async (user, ctx) => {
					const bsky = at(ctx);
					const surely = (work: () => Promise<unknown>) =>
						twice(work).catch((error) => bsky.logFailure("session_not_ended", error));
					for (const stored of orphaned.get(user) ?? [])
						await surely(() => endSession(bsky, stored));
					await surely(() => removeOwners(bsky.context, user.id));
				},
			},
		},
		account: {
			delete: {
				before: async (account, ctx) => {
					if (!isAbout(account)) return;
					refuseImpersonated(plugin, ctx);
					const stored = await readSession(at(ctx).context, account.accountId);
					if (stored) leaving.set(account, stored);
				},
				after: async (account, ctx) => {
					if (!isAbout(account)) return;
					const leave = () => disconnectAccount(at(ctx), account, leaving.get(account) ?? null);
					// better-auth's row is gone by now: nobody can ask for it once more.
					await twice(leave);
				},
			},
		},
	} satisfies NonNullable<BetterAuthOptions["databaseHooks"]>;
}

/** Sees to it that {@link unlinkHooks} hear of each account that goes, whatever other hooks throw. */
export function followRemovals(context: AuthContext, adapter: InternalAdapter): InternalAdapter {
	const deleteAccounts = (userId: string) =>
		withEveryHook(context, () => adapter.deleteAccounts(userId));
	return {
		...adapter,
		deleteAccount: (id) => withEveryHook(context, () => adapter.deleteAccount(id)),
		deleteAccounts,
		deleteUser: async (userId) => {
			// Their sessions go with the accounts; what is then left is of none.
			await deleteAccounts(userId);
			await withEveryHook(context, () => adapter.deleteUser(userId));
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
