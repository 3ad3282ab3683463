import type { BskyProfile } from "../identity/profile.ts";
import type { SavedSession } from "../stores/saved.ts";

/** A proven identity, and the session that came with it. */
export interface Arrival {
	did: string;
	saved: SavedSession;
	/** Null where the profile could not be fetched; the sign-in goes on without. */
	profile: BskyProfile | null;
	handle: string | null;
	/** The address that is theirs by their server's word alone; null where there is none to be had. */
	email: { address: string; isVerified: boolean } | null;
	/** The handle that the DID names, where nobody could tell whether it names the DID. */
	handleInDoubt?: string | undefined;
	/**
	 * Whether the session is in its row, or was until somebody else removed it, who answers for it then: one
	 * that isn't must not stay alive.
	 */
	stored: boolean;
}
