import { ExpiringMap } from "../base/expiring-map.ts";
import { InFlight } from "../base/in-flight.ts";
import { oneEach } from "../base/now-and-then.ts";
import type { Bsky } from "../bsky.ts";
import { type BskyProfile, fetchProfile } from "../identity/profile.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import type { BskyOAuthClient } from "../oauth/client.ts";
import { sessionStatus } from "../stores/session-store.ts";
import { isEnding, openStored } from "./open.ts";
import { refreshSession } from "./refresh.ts";
import { type SessionState, sessionState } from "./state.ts";
import { type Asker, currentDid, ownSession } from "./whose.ts";

/** How long it is remembered that a profile could not be had, in milliseconds, and of how many. */
const FAILED_MAX_AGE = 30_000;
const MAX_FAILED = 1000;

/** Calls that a profile may take, where new tokens were asked for as well, and where they were not. */
const MOST_CALLS_AFTER_REFRESH = 2;
const MOST_CALLS = 3;

/** An app's. */
export const looksOf = oneEach(() => new Looks());

/** What is known of a session at one moment. */
interface Look {
	state: SessionState;
	profile: BskyProfile | null;
}

/** Who looks, with the columns that remember a profile. */
interface Looking extends Asker {
	user: BskyUser;
}

/** Looks at sessions and at profiles. Who asks for the same at once waits for one, at servers too. */
class Looks {
	readonly #underWay = new InFlight<Look>();
	/** DIDs whose profile could not be had a moment ago. */
	readonly #failed = new ExpiringMap<true>(MAX_FAILED, FAILED_MAX_AGE);

	/** At most twelve requests leave for it: tokens are refreshed once, if at all. */
	at(bsky: Bsky, asker: Looking, did?: string): Promise<Look> {
		const key = JSON.stringify([asker.user.id, did ?? null, did ?? currentDid(asker)]);
		return this.#underWay.share(key, () => this.#look(bsky, asker, did));
	}

	async #look(bsky: Bsky, asker: Looking, did?: string): Promise<Look> {
		const { user } = asker;
		const own = await ownSession(bsky, asker, did);
		const state = await sessionState(bsky, own, true);
		if (!state.active || !own?.row) return { state, profile: null };
		const known = bsky.memory.profiles.get(state.did);
		if (known || this.#failed.get(state.did)) return { state, profile: known ?? null };
		const before = await sessionStatus(bsky.context, bsky.memory.statuses, own.row);
		const profile = await readProfile(bsky, state.did, user, before !== null && isEnding(before));
		if (profile === "over") {
			return { state: { active: false, did: state.did, reason: "session_expired" }, profile: null };
		}
		if (profile === "later") return { state, profile: null };
		if (profile) bsky.memory.profiles.set(state.did, profile);
		else if (bsky.options.profileCacheMaxAge > 0) this.#failed.set(state.did, true);
		return { state, profile };
	}
}

/**
 * @param tried whether its tokens were to be refreshed just now: trying again would not help
 * @returns `later` where the PDS refused a token that is replaced by now
 */
async function readProfile(
	bsky: Bsky,
	did: string,
	user: BskyUser,
	tried: boolean,
): Promise<BskyProfile | "over" | "later" | null> {
	const opened = await openStored(bsky, did, user.id);
	if (opened === "signed_out") return "over";
	if (typeof opened === "string") return null;
	const handle = await handleOf(opened.oauth, did, user);
	let refused = false;
	let calls = 0;
	const fetch = async (path: string, init: RequestInit) => {
		// Each may leave twice, for a nonce.
		if (++calls > (tried ? MOST_CALLS_AFTER_REFRESH : MOST_CALLS)) throw new Error("Asked enough.");
		const response = await opened.session.fetchHandler(path, init);
		refused ||= calls === 1 && response.status === 401;
		return response;
	};
	const { aud } = opened.stored.session.tokenSet;
	const profile = await fetchProfile({ did, aud, fetch }, handle, bsky.allowHttp);
	if (profile || !refused || tried) return profile;
	// Whether that was about the token, or about the session, only its server can say.
	const fresh = await refreshSession(bsky, opened.oauth, opened.stored);
	if (typeof fresh !== "string") return "later";
	return fresh === "over" || fresh === "moved" ? "over" : null;
}

/** The verified handle; the user's own, while nobody can tell whether it still is. */
async function handleOf(
	oauth: BskyOAuthClient,
	did: string,
	user: BskyUser,
): Promise<string | null> {
	const own = user.bskyDid === did ? (user.bskyHandle ?? null) : null;
	try {
		const { handle, handleInDoubt } = await oauth.handleOf(did);
		return handle ?? (handleInDoubt === own ? own : null);
	} catch {
		return own;
	}
}
