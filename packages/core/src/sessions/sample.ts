import type { Bsky } from "../bsky.ts";
import { everySession, isLive, type StoredSession, someSessions } from "../stores/session-store.ts";

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

/** A key that sessions began with, and can't be refreshed without. */
export interface KeyUse {
	/** Its key ID. */
	kid: string;
	/** The first of `privateKey` `signs` for new sessions, the others are `published`. */
	role: "signs" | "published" | "missing";
	/** How many stored sessions began with it. */
	sessions: number;
	/** When one of them was refreshed last. */
	lastRefreshedAt: Date | null;
}

/** Which keys the stored sessions need: those of `privateKey`, in order, and those that are missing. */
export async function keyUse(bsky: Bsky): Promise<KeyUse[]> {
	const uses = new Map<string, KeyUse>();
	for (const [index, { kid }] of bsky.options.signingKeys.entries())
		uses.set(kid, { kid, role: index === 0 ? "signs" : "published", ...UNUSED });
	for await (const stored of everySession(bsky.context)) {
		const method = stored.session?.authMethod;
		if (method?.method !== "private_key_jwt") continue;
		const { kid } = method;
		const use: KeyUse = uses.get(kid) ?? { kid, role: "missing", ...UNUSED };
		use.sessions++;
		const last = use.lastRefreshedAt;
		if (last === null || stored.updatedAt > last) use.lastRefreshedAt = stored.updatedAt;
		uses.set(kid, use);
	}
	return [...uses.values()];
}

const UNUSED = { sessions: 0, lastRefreshedAt: null };
