import type { Person } from "./network.ts";

/** What there would be without us: an OAuth client with stores in memory. */
export interface Peer {
	/** @returns the authorization URL */
	begin(handle: string): Promise<URL>;
	/** The callback, and the profile that a sign-in is for. */
	arrive(callback: URL): Promise<void>;
}

/** What both clients call a session, as far as it is needed here. */
interface PeerSession {
	did: string;
	/** A request to the person's server, as them. */
	fetch(path: string): Promise<Response>;
}

export async function lookAtProfile({ did, fetch }: PeerSession): Promise<void> {
	const actor = encodeURIComponent(did);
	const response = await fetch(`/xrpc/app.bsky.actor.getProfile?actor=${actor}`);
	const profile = (await response.json()) as Partial<Person>;
	if (profile.did !== did) throw new Error(`profile: ${response.status}`);
}
