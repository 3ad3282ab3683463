import { createAuthEndpoint } from "better-auth/api";
import type { EventName } from "../base/events.ts";
import type { BskyPlugin } from "../bsky.ts";
import { type SessionSample, sampleOf } from "../sessions/sample.ts";
import { whatWaits } from "../stores/revocation-store.ts";
import { type FailureKind, failuresOf } from "./outcome.ts";

/** What `auth.api.getBskyHealth()` answers. */
export interface BskyHealth {
	/** Stored sessions, and in which state they are: a hundred of them, or all where there are fewer. */
	sessions: SessionSample;
	/** Sessions that are still to be revoked at their servers. */
	revocations: {
		/** How many wait; 1001 stands for any number above a thousand. */
		waiting: number;
		/** Since when the oldest does. */
		since: Date | null;
	};
	/** What happened in the last hour, in this process: other instances have figures of their own. */
	lastHour: {
		signedIn: number;
		signedUp: number;
		linked: number;
		signInsFailed: number;
		sessionsLost: number;
		revoked: number;
		revocationsGivenUp: number;
		/** The failed sign-ins by authorization server and code, most first. */
		failures: (FailureKind & { count: number })[];
	};
}

type GetBskyHealth = (() => Promise<BskyHealth>) & {
	path: string;
	options: { method: "GET"; metadata: { SERVER_ONLY: true } };
};

/**
 * `auth.api.getBskyHealth()`: figures for a health endpoint, or for metrics. They cost two reads by an
 * index, however many people there are. It has no path: only the server can call it, and who sees the
 * answer is yours to decide.
 */
export function getBskyHealth(plugin: BskyPlugin): GetBskyHealth {
	const endpoint = createAuthEndpoint.serverOnly({ method: "GET" }, async (ctx) => {
		const bsky = plugin.at(ctx.context);
		const [sessions, { waiting, since }] = await Promise.all([
			sampleOf(bsky),
			whatWaits(ctx.context),
		]);
		const count = (name: EventName) => bsky.memory.happened.of(name);
		const lastHour = {
			signedIn: count("onSignedIn"),
			signedUp: count("onSignedUp"),
			linked: count("onLinked"),
			signInsFailed: count("onSignInFailed"),
			sessionsLost: count("onSessionLost"),
			revoked: count("onRevoked"),
			revocationsGivenUp: count("onRevocationGivenUp"),
			failures: failuresOf(bsky),
		};
		return ctx.json({ sessions, revocations: { waiting, since }, lastHour });
	});
	// Called without an argument: there is nothing to say.
	return endpoint as unknown as GetBskyHealth;
}
