import { inBackground } from "../base/in-background.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyProfile } from "../identity/profile.ts";
import { type BskyUser, profileOfUser } from "../identity/user-fields.ts";
import type { BskyAccountRow, BskySessionRow } from "../schema.ts";
import { looksOf } from "../sessions/look.ts";
import { type InactiveReason, sessionState } from "../sessions/state.ts";
import { type Asker, currentAmong } from "../sessions/whose.ts";
import { type AccountFields, accountsOf, rememberFields } from "../stores/account-store.ts";
import { sessionRowsOf } from "../stores/session-store.ts";

/** An account that is connected to the user, as a switcher shows it. */
export interface BskyAccount {
	did: string;
	/** The handle that was verified last. Null where DID and handle didn't point at each other. */
	handle: string | null;
	/** One line, at most 64 graphemes. */
	displayName?: string | undefined;
	/** An https image. */
	avatar?: string | undefined;
	/** Whether a session of it is stored, as far as is known without asking its server. */
	active: boolean;
	/** Why there is none: the person has to sign in with it again. */
	reason?: InactiveReason | undefined;
	/** The scopes that its server granted, separated by spaces; where it isn't active, the last time. */
	grantedScope?: string | undefined;
	/** Whether the user's own columns are this account's. */
	primary: boolean;
	/** Whether it is the one that this better-auth session acts as. */
	current: boolean;
}

/** Who asks, with the columns that remember a profile. */
interface Owner extends Asker {
	user: BskyUser;
}

/** An account with what is stored of it. */
interface Known {
	did: string;
	row: BskyAccountRow | undefined;
	stored: BskySessionRow | null;
}

/**
 * The accounts of a user, by two looks at the database, however many they are. Faces that nobody has
 * looked at for a while are asked for afterwards, a few at a time: the next list has them.
 *
 * @param mayAsk whether sessions may be used at their servers for that
 */
export async function listAccounts(
	bsky: Bsky,
	asker: Owner,
	mayAsk: boolean,
): Promise<BskyAccount[]> {
	const { user } = asker;
	const known = await knownAccounts(bsky, user);
	const dids = known.map(({ did }) => did);
	const current = currentAmong(asker, dids);
	const accounts: BskyAccount[] = [];
	// One after another: to open what is stored of hundreds would hold everybody else up.
	for (const each of known) accounts.push(await accountOf(bsky, user, each, current));
	const active = known.filter((_, index) => accounts[index]?.active);
	if (mayAsk) refreshFaces(bsky, user, active);
	return accounts.toSorted(
		(a, b) => Number(b.primary) - Number(a.primary) || (nameOf(a) < nameOf(b) ? -1 : 1),
	);
}

async function accountOf(
	bsky: Bsky,
	user: BskyUser,
	known: Known,
	current: string | null,
): Promise<BskyAccount> {
	const { did, row, stored } = known;
	const state = await sessionState(bsky, { did, row: stored }, false);
	const { handle, displayName, avatar } = faceOf(bsky, user, known);
	const grantedScope = state.active ? state.grantedScope : (row?.scope ?? undefined);
	const primary = did === user.bskyDid;
	return {
		...{ did, handle, displayName, avatar, active: state.active },
		...(!state.active && { reason: state.reason }),
		...{ grantedScope, primary, current: did === current },
	};
}

const nameOf = ({ handle, did }: BskyAccount): string => handle ?? did;

async function knownAccounts({ context }: Bsky, user: BskyUser): Promise<Known[]> {
	const [rows, sessions] = await Promise.all([
		accountsOf(context, user.id),
		sessionRowsOf(context, user.id),
	]);
	// An account from before our own table may not be entered there yet.
	const dids = new Set([...rows, ...sessions].map(({ did }) => did));
	return [...dids].map((did) => ({
		did,
		row: rows.find((row) => row.did === did),
		stored: sessions.find((row) => row.did === did) ?? null,
	}));
}

type Face = Pick<BskyProfile, "handle" | "displayName" | "avatar">;

/** How an account looks: as it was seen a moment ago, else as the last sign-in found it. */
function faceOf({ memory }: Bsky, user: BskyUser, { did, row }: Known): Face {
	const seen = memory.profiles.get(did);
	if (seen) return seen;
	const { bskyDid } = user;
	// Those also lose a handle that somebody else has by now.
	if (bskyDid === did) return profileOfUser({ ...user, bskyDid });
	return {
		handle: row?.handle ?? null,
		displayName: row?.displayName ?? undefined,
		avatar: row?.avatar ?? undefined,
	};
}

/** Most faces that one list asks for. */
const MAX_REFRESHED = 3;

function refreshFaces(bsky: Bsky, user: BskyUser, active: Known[]): void {
	const { profiles } = bsky.memory;
	if (bsky.options.profileCacheMaxAge <= 0) return;
	const stale = active.filter(({ did }) => !profiles.get(did)).slice(0, MAX_REFRESHED);
	const work = Promise.all(stale.map((each) => refreshFace(bsky, user, each)));
	const done = work.then(
		() => {},
		(error) => bsky.logFailure("account_look_unknown", error),
	);
	if (stale.length > 0) inBackground(bsky.context, done);
}

async function refreshFace(bsky: Bsky, user: BskyUser, { did, row }: Known): Promise<void> {
	const { profile } = await looksOf(bsky.memory).at(bsky, { user }, did);
	if (!profile || !row) return;
	const { handle, displayName = null, avatar = null } = profile;
	// That a handle can't be verified for now is no reason to forget it.
	const fields: AccountFields = { handle: handle ?? row.handle, displayName, avatar };
	const isNews =
		fields.handle !== row.handle || displayName !== row.displayName || avatar !== row.avatar;
	if (isNews) await rememberFields(bsky.context, did, user.id, fields);
}
