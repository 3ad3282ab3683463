import { runWithTransaction } from "@better-auth/core/context";
import { isAPIError } from "@better-auth/core/utils/is-api-error";
import type { Session } from "better-auth";
import { PROVIDER_ID } from "../base/paths.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyProfile } from "../identity/profile.ts";
import {
	type BskyUser,
	mappedFields,
	profileColumns,
	syncedFields,
} from "../identity/user-fields.ts";
import { revokeSession } from "../sessions/revoke.ts";
import type { SavedSession } from "../stores/saved.ts";
import { replaceSession, SessionRaceError } from "../stores/session-store.ts";
import type { PendingSignIn } from "../stores/state-store.ts";
import { linkingEnabled } from "./linking-enabled.ts";
import { placeholderEmail } from "./placeholder-email.ts";
import { validateUserInfo } from "./validate-user-info.ts";

/** A proven identity, and the session that came with it. */
export interface Arrival {
	did: string;
	saved: SavedSession;
	/** Null where the profile could not be fetched; the sign-in goes on without. */
	profile: BskyProfile | null;
	handle: string | null;
}

export interface Settled {
	user: BskyUser;
	/** Null when an account was connected: the person is signed in already. */
	session: Session | null;
	isNewUser: boolean;
}

/**
 * Turns a proven DID into a signed-in user: user, account, stored session and better-auth session
 * in one transaction, or none of them.
 *
 * @throws {BskyError} where an account rule refuses
 * @throws better-auth's APIError where a hook or `user.validateUserInfo` refuses
 */
export async function settle(
	bsky: Bsky,
	pending: PendingSignIn,
	arrival: Arrival,
): Promise<Settled> {
	const attempt = async () => {
		const owner = await findOwner(bsky, arrival.did);
		return runWithTransaction(bsky.context.adapter, () =>
			pending.link
				? link(bsky, pending.link, arrival, owner)
				: owner
					? signIn(bsky, arrival, owner)
					: signUp(bsky, pending, arrival),
		);
	};
	for (let attempts = 1; ; attempts++) {
		try {
			return await attempt();
		} catch (error) {
			if (error instanceof BskyError || isAPIError(error) || attempts === MAX_ATTEMPTS) throw error;
			// Two first sign-ins of one DID at once: the unique columns let one of them in, and the
			// other one finds the winner's user now.
			const raced = error instanceof SessionRaceError || (await findOwner(bsky, arrival.did));
			if (!raced) throw error;
		}
	}
}

/** More sign-ins of one person at the same moment than anybody makes. */
const MAX_ATTEMPTS = 10;

async function findOwner(bsky: Bsky, did: string): Promise<BskyUser | null> {
	const owner = await bsky.context.internalAdapter.findAccountOwnerByKey({
		providerId: PROVIDER_ID,
		accountId: did,
	});
	if (owner?.kind === "orphaned") throw new BskyError("UNABLE_TO_LINK_ACCOUNT");
	return owner?.user ?? null;
}

async function signUp(bsky: Bsky, pending: PendingSignIn, arrival: Arrival): Promise<Settled> {
	const { options } = bsky;
	const closed = options.disableSignUp || (options.disableImplicitSignUp && !pending.requestSignUp);
	if (closed) throw new BskyError("SIGNUP_DISABLED");
	const profile = arrival.profile ?? { did: arrival.did, handle: arrival.handle };
	const mapped = await mappedFields(profile, options.mapProfileToUser);
	const user = await bsky.context.internalAdapter.createUser(
		{
			...mapped,
			name: mapped.name || (arrival.handle ? `@${arrival.handle}` : arrival.did),
			...profileColumns(profile),
			email: placeholderEmail(arrival.did, bsky.context.secret),
			emailVerified: false,
		},
		{ method: "oauth", oauth: { providerId: PROVIDER_ID, profile: { ...profile } } },
	);
	// A hook of the app may refuse.
	if (!user) throw new BskyError("UNABLE_TO_CREATE_USER");
	await createAccount(bsky, user.id, arrival);
	return finish(bsky, user, arrival, true);
}

async function signIn(bsky: Bsky, arrival: Arrival, owner: BskyUser): Promise<Settled> {
	await validateUserInfo(bsky, "sign-in", owner, arrival.profile);
	const user = await sync(bsky, arrival, owner);
	return finish(bsky, user, arrival, false);
}

async function link(
	bsky: Bsky,
	{ userId, sessionToken }: NonNullable<PendingSignIn["link"]>,
	arrival: Arrival,
	owner: BskyUser | null,
): Promise<Settled> {
	const { internalAdapter } = bsky.context;
	const begun = await internalAdapter.findSession(sessionToken);
	// The session that began it may have been ended since, by its owner or by an administrator.
	if (!begun || begun.user.id !== userId || begun.session.expiresAt <= new Date()) {
		throw new BskyError("UNABLE_TO_LINK_ACCOUNT");
	}
	if (owner && owner.id !== userId) {
		throw new BskyError("ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER");
	}
	if (!owner) {
		if (!linkingEnabled(bsky)) throw new BskyError("LINKING_DISABLED");
		await validateUserInfo(bsky, "link-account", begun.user, arrival.profile);
		await createAccount(bsky, userId, arrival);
	}
	let user = await sync(bsky, arrival, begun.user);
	if (arrival.profile && bsky.context.options.account?.accountLinking?.updateUserInfoOnLink) {
		const fields: Record<string, unknown> = await mappedFields(
			arrival.profile,
			bsky.options.mapProfileToUser,
		);
		user = (await internalAdapter.updateUser(userId, fields)) ?? user;
	}
	await store(bsky, userId, arrival);
	return { user, session: null, isNewUser: false };
}

async function createAccount(bsky: Bsky, userId: string, { did, saved }: Arrival): Promise<void> {
	const account = await bsky.context.internalAdapter.createAccount({
		userId,
		providerId: PROVIDER_ID,
		accountId: did,
		scope: saved.tokenSet.scope.split(" ").join(","),
	});
	if (!account) throw new BskyError("UNABLE_TO_LINK_ACCOUNT");
}

/** Brings the user up to date with the profile of their primary DID, or of their first one. */
async function sync(bsky: Bsky, { did, profile }: Arrival, user: BskyUser): Promise<BskyUser> {
	if (user.bskyDid && user.bskyDid !== did) return user;
	if (!profile && user.bskyDid) return user;
	const known = profile ?? { did, handle: null };
	const changes = await syncedFields(user, known, bsky.options.mapProfileToUser);
	if (Object.keys(changes).length === 0) return user;
	return (await bsky.context.internalAdapter.updateUser(user.id, changes)) ?? user;
}

/** Swaps the stored session; the one before is revoked once the swap is committed. */
async function store(bsky: Bsky, userId: string, { did, saved }: Arrival): Promise<void> {
	const replaced = await replaceSession(bsky.context, did, userId, saved);
	// After a commit whose answer was lost, the next attempt finds what the first one stored.
	if (!replaced || replaced.tokenSet.access_token === saved.tokenSet.access_token) return;
	await revokeSession(bsky, replaced);
}

async function finish(
	bsky: Bsky,
	user: BskyUser,
	arrival: Arrival,
	isNewUser: boolean,
): Promise<Settled> {
	await store(bsky, user.id, arrival);
	const session = await bsky.context.internalAdapter.createSession(user.id);
	if (!session) throw new BskyError("INTERNAL_SERVER_ERROR");
	return { user, session, isNewUser };
}
