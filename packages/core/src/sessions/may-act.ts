import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { findSession } from "../stores/session-store.ts";

/** Whether a session of better-auth is one in which an administrator looks in as somebody else. */
export const isImpersonated = (session: object): boolean =>
	Boolean(Reflect.get(session, "impersonatedBy"));

/** Whether what is asked for in a session of better-auth may be done as its user. */
export const mayAct = ({ options }: Pick<Bsky, "options">, session: object): boolean =>
	options.allowImpersonation === true || !isImpersonated(session);

/** @throws {BskyError} IMPERSONATED */
export function requireMayAct(bsky: Bsky, session: object): void {
	if (!mayAct(bsky, session)) throw new BskyError("IMPERSONATED");
}

/**
 * A ban ends better-auth's sessions, but not what a job does without one, nor what a cookie remembers.
 * The user is read anew, where better-auth's `admin` plugin is there.
 *
 * @throws {BskyError} BANNED_USER
 */
export async function requireNotBanned({ context }: Bsky, userId: string): Promise<void> {
	if (!context.hasPlugin("admin")) return;
	const user = await context.internalAdapter.findUserById(userId);
	if (user && isBanned(user)) throw new BskyError("BANNED_USER");
}

/**
 * The same for whoever owns a DID.
 *
 * @throws {BskyError} BANNED_USER
 */
export async function requireOwnerNotBanned(bsky: Bsky, did: string): Promise<void> {
	if (!bsky.context.hasPlugin("admin")) return;
	const row = await findSession(bsky.context, did);
	if (row) await requireNotBanned(bsky, row.userId);
}

function isBanned(user: object): boolean {
	if (!Reflect.get(user, "banned")) return false;
	const until: unknown = Reflect.get(user, "banExpires");
	return !until || new Date(String(until)) > new Date();
}
