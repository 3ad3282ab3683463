import type { Session } from "better-auth";
import { aWhile, isConflict, lacksLetter, MAX_ATTEMPTS } from "../base/conflict.ts";
import { PROVIDER_ID } from "../base/paths.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyProfile } from "../identity/profile.ts";
import { type BskyUser, mappedFields, profileColumns } from "../identity/user-fields.ts";
import { revokeRefused } from "../sessions/revoke.ts";
import { revocationOf } from "../stores/revocation-store.ts";
import { isSame } from "../stores/saved.ts";
import { readSession, type StoredSession } from "../stores/session-store.ts";
import type { PendingSignIn } from "../stores/state-store.ts";
import { allOrNothing, hasTransactions, Undo } from "./all-or-nothing.ts";
import { requireAllowed } from "./allowed.ts";
import type { Arrival } from "./arrival.ts";
import { checkedChanges, checkedFields } from "./checked-fields.ts";
import { makeCurrent } from "./current.ts";
import { linkingEnabled } from "./linking-enabled.ts";
import { findOwner, isRaced, type Owner, whoeverFinished } from "./owner.ts";
import { placeholderEmail, takeEmail, withoutOldPlaceholder } from "./placeholder-email.ts";
import { forgetPrimary } from "./primary.ts";
import { isRefusal, refusable } from "./refusal.ts";
import { removeNewUser } from "./remove-user.ts";
import { validateUserInfo } from "./validate-user-info.ts";
import { withdrawHandle } from "./withdraw-handle.ts";
import { withdrawSession } from "./withdraw-session.ts";
import {
	aMoment,
	createAccount,
	createSession,
	haveAccount,
	profileChanges,
	store,
	takeDid,
	update,
	updateScopes,
} from "./writes.ts";

export interface Settled {
	user: BskyUser;
	/** Null when an account was connected: the person is signed in already. */
	session: Session | null;
	/** Who is connected already, and asks for it again, has signed in. */
	how: "signed_in" | "signed_up" | "linked";
}

/** What one callback works on, over all of its attempts. */
interface Task {
	bsky: Bsky;
	pending: PendingSignIn;
	arrival: Arrival;
	/** better-auth's session, where an attempt has made one already. */
	session: Session | null;
	/** What the app was told when it let them in: whether they are new. */
	allowedAsNew?: boolean;
}

/**
 * Turns a proven DID into a signed-in user: user, account and stored session in one transaction, or
 * none of them, and better-auth's session outside it. Where that is refused, user and account stay, as
 * with better-auth's own providers, and the stored session is as it was before.
 *
 * @throws {BskyError} where an account rule refuses
 * @throws better-auth's APIError where a hook or `user.validateUserInfo` refuses
 */
export async function settle(
	bsky: Bsky,
	pending: PendingSignIn,
	arrival: Arrival,
): Promise<Settled> {
	const task: Task = { bsky, pending, arrival, session: null };
	try {
		return await repeated(task);
	} catch (error) {
		if (task.session) await withdrawSession(bsky, task.session);
		if (!arrival.stored) await revokeRefused(bsky, revocationOf(arrival.saved));
		throw error;
	}
}

/** What a database may have been made without: letters beyond utf8mb3's, and beyond latin1's. */
const LACKING = [/[^\0-\uFFFF]/gu, /[^\0-\xFF]/gu];

async function repeated(task: Task): Promise<Settled> {
	const lacking = LACKING.values();
	for (let attempts = 1; ; attempts++) {
		let owner: Owner | undefined;
		try {
			owner = await ownerOf(task);
			await askApp(task, owner);
			return await attempt(task, owner);
		} catch (error) {
			if (isRefusal(error) || attempts === MAX_ATTEMPTS) throw error;
			const letters = lacksLetter(error) ? lacking.next().value : undefined;
			if (letters) writeWithout(letters, task.arrival);
			else if (isConflict(error)) await aWhile(attempts);
			// Two sign-ins of one DID at once: its key lets one of them in, and the other one looks again.
			else if (!owner || !(await isOvertaken(task, owner, error))) throw error;
		}
	}
}

/** A name that the database has no letters for keeps nobody out. */
function writeWithout(letters: RegExp, arrival: Arrival): void {
	const plain = (text: string | undefined) => text?.replace(letters, "").trim() || undefined;
	const { profile } = arrival;
	if (!profile) return;
	const { displayName, description } = profile;
	arrival.profile = {
		...profile,
		displayName: plain(displayName),
		description: plain(description),
	};
}

/** Once for each callback; anew only where another one has made them a user meanwhile, or unmade them. */
async function askApp(task: Task, { user, unfinished }: Owner): Promise<void> {
	const isNew = !task.pending.link && (user === null || unfinished);
	if (task.allowedAsNew === isNew) return;
	await requireAllowed(task.bsky, task.arrival, isNew);
	task.allowedAsNew = isNew;
}

const isOvertaken = async ({ bsky, arrival }: Task, owner: Owner, error: unknown) =>
	(await isStored(bsky, arrival)) || (await isRaced(bsky, arrival.did, owner, error));

/** Whether a commit whose answer was lost has stored the session after all. */
async function isStored({ context }: Bsky, { did, saved }: Arrival): Promise<boolean> {
	const stored = await readSession(context, did).catch(() => null);
	return !!stored?.session && isSame(stored.session, saved);
}

async function ownerOf({ bsky, arrival }: Task): Promise<Owner> {
	for (let looks = 1; ; looks++) {
		const owner = await findOwner(bsky, arrival.did);
		if (hasTransactions(bsky.context) || isSettled(owner) || looks === 4) return owner;
		// Another callback may be in the middle of it.
		await aMoment();
	}
}

/** Whether nothing of what is written looks like the half of something. */
const isSettled = ({ user, entered, unfinished }: Owner): boolean =>
	!unfinished && (entered === null || entered === user?.id);

function attempt(task: Task, owner: Owner): Promise<Settled> {
	if (task.pending.link) return link(task, task.pending.link, whoeverFinished(owner));
	return owner.user ? signIn(task, owner, owner.user) : signUp(task, owner);
}

async function written<T>(
	{ bsky, arrival }: Task,
	undo: Undo,
	write: () => Promise<T>,
): Promise<T> {
	const { stored } = arrival;
	try {
		return await allOrNothing(bsky, undo, write);
	} catch (error) {
		if (hasTransactions(bsky.context)) arrival.stored = stored;
		throw error;
	}
}

/**
 * Whether another sign-in of the same DID has stored its session for that user meanwhile, as two do that
 * come at once to a database without transactions.
 */
async function isTakenUp(
	{ bsky, arrival }: Task,
	userId: string,
	seen?: StoredSession | null,
): Promise<boolean> {
	const stored = await readSession(bsky.context, arrival.did);
	const { session } = stored ?? {};
	const known = [arrival.saved, seen?.session];
	const isKnown = known.some((each) => each && session && isSame(each, session));
	return stored?.userId === userId && !!session && !isKnown;
}

async function signUp(task: Task, owner: Owner): Promise<Settled> {
	const { bsky, pending, arrival } = task;
	const { options } = bsky;
	const closed = options.disableSignUp || (options.disableImplicitSignUp && !pending.requestSignUp);
	if (closed) throw new BskyError("SIGNUP_DISABLED");
	const values = await newUser(bsky, arrival);
	const undo = new Undo();
	const { user, takeBack } = await written(task, undo, async () => {
		// The column is unique: whoever still names the DID makes way.
		if (owner.pretender) await forgetPrimary(bsky, owner.pretender.id, arrival.did);
		const user = await createUser(bsky, arrival, values);
		undo.push(() => removeNewUser(bsky, user.id));
		undo.unless(() => isTakenUp(task, user.id));
		await takeDid(bsky, undo, arrival, user, owner);
		await createAccount(bsky, undo, arrival, user.id, "UNABLE_TO_CREATE_USER");
		return { user, takeBack: await store(bsky, undo, arrival, user.id) };
	});
	try {
		const known = await takeEmail(bsky, user, arrival);
		const session = await sessionFor(task, user.id);
		await withdrawHandle(bsky, arrival);
		return { user: known, session, how: "signed_up" };
	} catch (error) {
		// A refusal is an answer, and leaves them as they are; a failure leaves nothing half done.
		await (isRefusal(error) ? takeBack() : undo.run(bsky));
		throw error;
	}
}

/** The user of a person who comes for the first time. */
async function newUser({ context, options }: Bsky, arrival: Arrival) {
	const profile = profileOf(arrival);
	const mapped = await mappedFields(profile, options.mapProfileToUser);
	return {
		...mapped,
		...checkedFields(context.options, mapped),
		name: mapped.name || (arrival.handle ? `@${arrival.handle}` : arrival.did),
		...profileColumns(profile),
		email: placeholderEmail(),
		emailVerified: false,
	};
}

const profileOf = ({ did, handle, profile }: Arrival): BskyProfile => profile ?? { did, handle };

function createUser(
	{ context }: Bsky,
	arrival: Arrival,
	values: Awaited<ReturnType<typeof newUser>>,
): Promise<BskyUser> {
	const oauth = { providerId: PROVIDER_ID, profile: { ...profileOf(arrival) } };
	const creation = context.internalAdapter.createUser(values, { method: "oauth", oauth });
	return refusable("UNABLE_TO_CREATE_USER", creation);
}

async function signIn(task: Task, owner: Owner, known: BskyUser): Promise<Settled> {
	const { bsky, arrival } = task;
	await validateUserInfo(bsky, "sign-in", known, arrival.profile);
	const changes = await profileChanges(bsky, arrival, known);
	Object.assign(changes, await withoutOldPlaceholder(bsky, known));
	// Nothing may touch a stored session before better-auth's is certain; and what is stored may end with
	// another sign-out, while a hook holds that up. Who isn't whole yet has to be so for a hook.
	if (!owner.unfinished) task.session = await sessionFor(task, known.id);
	const seen = await readSession(bsky.context, arrival.did);
	const undo = new Undo();
	undo.unless(() => isTakenUp(task, known.id, seen));
	const { account, takeBack } = await written(task, undo, async () => {
		await takeDid(bsky, undo, arrival, known, owner);
		const account = await haveAccount(bsky, undo, arrival, known.id);
		return { account, takeBack: await store(bsky, undo, arrival, known.id, seen) };
	});
	try {
		const session = await sessionFor(task, known.id);
		const user = await takeEmail(bsky, await update(bsky, known, changes), arrival);
		await updateScopes(bsky, account, arrival);
		await withdrawHandle(bsky, arrival, known.bskyHandle);
		return { user, session, how: owner.unfinished ? "signed_up" : "signed_in" };
	} catch (error) {
		await takeBack();
		throw error;
	}
}

async function sessionFor({ bsky, arrival, session }: Task, userId: string): Promise<Session> {
	if (session?.userId === userId) return session;
	if (session) await withdrawSession(bsky, session);
	return createSession(bsky, userId, arrival.did);
}

async function link(
	task: Task,
	{ userId, sessionToken }: NonNullable<PendingSignIn["link"]>,
	owner: Owner,
): Promise<Settled> {
	const { bsky, arrival } = task;
	const begun = await whoBegan(bsky, userId, sessionToken);
	if (owner.user && owner.user.id !== userId) {
		throw new BskyError("ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER");
	}
	if (!owner.user) {
		// It was disconnected in between, and stays so.
		if (task.pending.isUpgrade) throw new BskyError("NOT_LINKED");
		if (!linkingEnabled(bsky)) throw new BskyError("LINKING_DISABLED");
		await validateUserInfo(bsky, "link-account", begun.user, arrival.profile);
	}
	const changes = await profileChanges(bsky, arrival, begun.user);
	Object.assign(changes, await withoutOldPlaceholder(bsky, begun.user));
	const { accountLinking } = bsky.context.options.account ?? {};
	// To allow more, or to connect one again, is no linking.
	if (arrival.profile && !owner.user && accountLinking?.updateUserInfoOnLink) {
		const mapped = await mappedFields(arrival.profile, bsky.options.mapProfileToUser);
		// A profile without a picture leaves the user's own.
		if (!mapped.image) delete mapped.image;
		Object.assign(changes, checkedChanges(bsky, mapped));
	}
	const undo = new Undo();
	const account = await written(task, undo, async () => {
		// Hooks of the app may have taken their time.
		await whoBegan(bsky, userId, sessionToken);
		await takeDid(bsky, undo, arrival, begun.user, owner);
		const account = await haveAccount(bsky, undo, arrival, userId);
		await store(bsky, undo, arrival, userId);
		return account;
	});
	const { bskyHandle }: BskyUser = begun.user;
	const user = await takeEmail(bsky, await update(bsky, begun.user, changes), arrival);
	await updateScopes(bsky, account, arrival);
	await withdrawHandle(bsky, arrival, bskyHandle);
	if (!task.pending.isUpgrade)
		await makeCurrent(bsky, { user, session: begun.session }, arrival.did);
	return { user, session: null, how: owner.user ? "signed_in" : "linked" };
}

/**
 * Who asked for a link, as long as they are signed in.
 *
 * @throws {BskyError} where that session was ended meanwhile, by its owner or by an administrator
 */
async function whoBegan({ context }: Bsky, userId: string, sessionToken: string) {
	const begun = await context.internalAdapter.findSession(sessionToken);
	if (!begun || begun.user.id !== userId || begun.session.expiresAt <= new Date()) {
		throw new BskyError("UNABLE_TO_LINK_ACCOUNT");
	}
	return begun;
}
