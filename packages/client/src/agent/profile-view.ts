import type { BskyProfile } from "../core.ts";
import { cleanText, imageUrl, isDid } from "../core.ts";

/**
 * Somebody's profile, as the AppView shows it. Every text is bounded and free of control, bidirectional
 * and invisible characters; images are https.
 */
export interface BskyProfileView extends BskyProfile {
	followersCount?: number | undefined;
	followsCount?: number | undefined;
	postsCount?: number | undefined;
}

/** Most that the AppView answers at once. */
export const MOST = 25;

const HANDLE =
	/^(?!.{254})(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/;

/** Longest that a DID is: `did:web:` and a host. Another one would take the room of those it is asked with. */
const LONGEST = 261;

/** Whom to ask for: a DID, or a handle in its usual form; undefined for what is neither. */
export function actorOf(text: string): string | undefined {
	const actor = /^did:/.test(text) ? text : text.replace(/^@/, "").toLowerCase();
	const isActor = (isDid(actor) && actor.length <= LONGEST) || HANDLE.test(actor);
	return isActor ? actor : undefined;
}

/** Those in an answer. */
export const profilesIn = (answer: unknown): BskyProfileView[] => {
	const { profiles } = Object(answer);
	return Array.isArray(profiles) ? profiles.slice(0, MOST).flatMap((one) => viewOf(one) ?? []) : [];
};

function viewOf(profile: unknown): BskyProfileView | undefined {
	const { did, handle, displayName, description, avatar, banner, ...counts } = Object(profile);
	if (!isDid(did)) return undefined;
	// On a page that is http itself, as on localhost, faces are too.
	const image = (url: unknown) => imageUrl(url, location.protocol === "http:");
	const known = String(handle).toLowerCase();
	return {
		did,
		// What an AppView says of one that doesn't lead back to the DID.
		handle: HANDLE.test(known) && known !== "handle.invalid" ? known : null,
		displayName: cleanText(displayName, 64),
		description: cleanText(description, 256, true),
		avatar: image(avatar),
		banner: image(banner),
		followersCount: countOf(counts.followersCount),
		followsCount: countOf(counts.followsCount),
		postsCount: countOf(counts.postsCount),
	};
}

const countOf = (value: unknown): number | undefined =>
	Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
