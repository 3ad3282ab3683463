import type { ServerOptions } from "../ask.ts";
import type { BskySession } from "../core.ts";
import { isDid } from "../core.ts";
import { createBskyAgent } from "./agent.ts";
import type { SignedInAgent } from "./types.ts";

/**
 * Makes something of an agent for a session; `null` where nobody can be acted as.
 *
 * @param create what makes it from now on, where that changes as a component renders
 */
export type KeepAgent<T> = (
	session: BskySession | null,
	options: ServerOptions,
	create?: (agent: SignedInAgent) => T,
) => T | null;

/**
 * Makes something of an agent, such as a client of the AT Protocol, for whoever is signed in: the same
 * one until that is another account. What `create` throws is thrown, and tried again the next time.
 */
export function keepAgent<T>(first: (agent: SignedInAgent) => T): KeepAgent<T> {
	let kept: (ServerOptions & { did: string; made: T }) | undefined;
	return (session, { authClient, baseURL, fetch }, create = first) => {
		const did = session?.active && session.did;
		if (!isDid(did)) kept = undefined;
		else if (
			kept?.did !== did ||
			kept.authClient !== authClient ||
			kept.baseURL !== baseURL ||
			kept.fetch !== fetch
		) {
			const server = { authClient, baseURL, fetch };
			// Switched to another one elsewhere, this page still acts as the one that it shows.
			const { fetchHandler } = createBskyAgent({ ...server, did });
			kept = { ...server, did, made: create({ did, assertDid: did, fetchHandler }) };
		}
		return kept ? kept.made : null;
	};
}
