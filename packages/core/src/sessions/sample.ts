import type { Bsky } from "../bsky.ts";
import { isLive, type StoredSession, someSessions } from "../stores/session-store.ts";

/** How many are looked at: enough to see one in twenty that is lost. */
const SAMPLE = 100;

/** In which state some stored sessions are. */
export interface SessionSample {
	/** How many were looked at; below a hundred these are all. */
	sampled: number;
	/** They can be used, as far as this app can tell without asking their servers. */
	usable: number;
	/** They were sealed with another secret, or are not ours. */
	unreadable: number;
	/** They began as a client that this app is not, such as that of another host. */
	otherClient: number;
	/** They need a key that is not in `privateKey`. */
	missingKey: number;
}

/** Looks at some stored sessions, others each time. */
export async function sampleOf(bsky: Bsky): Promise<SessionSample> {
	const sample = { sampled: 0, usable: 0, unreadable: 0, otherClient: 0, missingKey: 0 };
	for (const stored of await someSessions(bsky.context, SAMPLE)) {
		sample.sampled++;
		sample[await stateOf(bsky, stored)]++;
	}
	return sample;
}

async function stateOf(
	bsky: Bsky,
	stored: StoredSession,
): Promise<Exclude<keyof SessionSample, "sampled">> {
	if (!isLive(stored)) return "unreadable";
	const { clientId, authMethod } = stored.session;
	if (!(await bsky.serves(clientId))) return "otherClient";
	if (authMethod.method === "none") return "usable";
	const { kid } = authMethod;
	return bsky.options.signingKeys.some((key) => key.kid === kid) ? "usable" : "missingKey";
}
