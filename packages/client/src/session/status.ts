import type { BskySessionState } from "./types.ts";

/** better-auth's own user, as far as it is shown. */
export interface AppUser {
	name?: string | null | undefined;
	email?: string | null | undefined;
	/** The URL of a picture. */
	image?: string | null | undefined;
}

/**
 * What is known of better-auth's user: who they are, `null` for nobody, `"failed"` where it could not
 * be found out, and `undefined` while nobody has found out yet.
 */
export type KnownUser = AppUser | null | "failed" | undefined;

/**
 * - `pending`: nothing is known yet;
 * - `unknown`: it couldn't be found out, and nothing was known before;
 * - `signed-out`: nobody is signed in;
 * - `signed-in`: somebody is, with Bluesky;
 * - `not-connected`: somebody is, without Bluesky.
 */
export type SessionStatus = "pending" | "unknown" | "signed-out" | "signed-in" | "not-connected";

/** What is known, in a word. What was known before goes on to be shown after a failure. */
export function statusOf({
	data,
	error,
	isPending,
	user,
}: Pick<BskySessionState, "data" | "error" | "isPending"> & { user?: KnownUser }): SessionStatus {
	if (isPending) return "pending";
	if (data?.did) return "signed-in";
	if (!data && !error) return "signed-out";
	// Whether somebody is signed in without Bluesky, better-auth's own session says.
	if (user === null) return "signed-out";
	if (user === undefined) return "pending";
	return data ? "not-connected" : "unknown";
}

/** The user that was found out, else the one that the server rendered with, while that can be it. */
export const knownUser = (
	{ user, isStale }: { user: KnownUser; isStale: boolean },
	options: { user?: AppUser | null | undefined },
): KnownUser => (user !== undefined || isStale ? user : (options.user ?? undefined));

/** Whether better-auth's user decides. */
export const needsUser = ({ data, error, isPending }: BskySessionState): boolean =>
	!isPending && (data ? data.did === null : error !== null);
