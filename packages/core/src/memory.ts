import { ExpiringMap } from "./base/expiring-map.ts";
import { InFlight } from "./base/in-flight.ts";
import { LastHour } from "./base/last-hour.ts";
import type { BskyProfile } from "./identity/profile.ts";
import type { BskyOAuthClient, OAuthEngine } from "./oauth/client.ts";
import type { ClientMetadata } from "./oauth/client-metadata.ts";
import type { RefreshFailure } from "./oauth/errors.ts";
import { isResolver, type ResolvedOptions } from "./options.ts";
import type { LiveSession, OpenedStatus } from "./stores/session-store.ts";
import { type Begun, REMEMBERED } from "./stores/state-store.ts";

/** Most base URLs and clients that are known at a time: one, unless `baseURL` is dynamic. */
export const MAX_CLIENTS = 20;

/** Most profiles, and most states of sessions, kept in memory. */
const MAX_CACHED = 1000;

/** How long the state of a session that was opened, or a refusal, is remembered, in milliseconds. */
const STATUS_MAX_AGE = 60_000;

/** Most characters of what they were sealed in, which may be long: a usual one has two thousand. */
const SEALED = { max: 16e6, of: ({ sealed }: OpenedStatus) => sealed.length };

/** What happens that shows how the app is set up, and how long nothing is said twice, in milliseconds. */
const SILENCE = { request: 10_000, session: 60 * 60_000, return: 60_000 };

/** Most of it that is remembered. */
const MAX_SAID = 50;

/** Most users whose calls are counted, and for how long, in milliseconds. */
const MAX_COUNTED = 100_000;
const COUNTED_MAX_AGE = 60 * 60_000;

/** Most servers of which failed sign-ins are counted. */
const MAX_FAILING = 200;

/** A refresh that its server has refused: asked again at once, it would say the same. */
interface Refusal {
	accessToken: string;
	failure: RefreshFailure;
}

/**
 * What is kept from one request to the next: values, and what is made of options alone. On workers
 * nothing else may be shared (base/runtime.ts).
 */
export class Memory {
	/** Client metadata by base URL. */
	readonly metadata = new ExpiringMap<ClientMetadata>(MAX_CLIENTS, Infinity);
	/** OAuth clients by their IDs. */
	readonly clients = new ExpiringMap<BskyOAuthClient>(MAX_CLIENTS, Infinity);
	/** What the OAuth clients share, by whether they may use plain http. */
	readonly engines = new Map<boolean, OAuthEngine>();
	/** Profiles by DID, for `/bsky/session`. */
	readonly profiles: ExpiringMap<BskyProfile>;
	/** States of opened sessions by DID; each says of which row it is. */
	readonly statuses = new ExpiringMap<OpenedStatus>(MAX_CACHED, STATUS_MAX_AGE, SEALED);
	/** Access tokens that were refused new ones, and what that meant, by DID. */
	readonly refusals = new ExpiringMap<Refusal>(MAX_CACHED, STATUS_MAX_AGE);
	/** DIDs of whose session it was said a moment ago that it can't be used. */
	readonly unusable = new ExpiringMap<true>(MAX_CACHED, STATUS_MAX_AGE);
	/** Refreshes under way. */
	readonly refreshes = new InFlight<LiveSession | RefreshFailure>();
	/** What was said of late about how the app is set up. */
	readonly said = {
		request: new ExpiringMap<true>(MAX_SAID, SILENCE.request),
		session: new ExpiringMap<true>(MAX_SAID, SILENCE.session),
		return: new ExpiringMap<true>(MAX_SAID, SILENCE.return),
	};
	/** Sign-ins that began here, so that it can be said why one is lost. */
	readonly begun = new ExpiringMap<Begun>(MAX_CACHED, REMEMBERED);
	/** Calls of browsers, by whose they are and when: where better-auth counts in memory. */
	readonly calls = new ExpiringMap<number>(MAX_COUNTED, COUNTED_MAX_AGE);
	/** How often each event happened here. */
	readonly happened = new LastHour(MAX_CACHED);
	/** The failed sign-ins among them, by code and server. */
	readonly failures = new LastHour(MAX_FAILING);

	constructor({ profileCacheMaxAge }: ResolvedOptions) {
		this.profiles = new ExpiringMap(MAX_CACHED, profileCacheMaxAge * 1000);
	}
}

/**
 * Says which options are the same to all that is remembered under them.
 * Functions that it calls are the same where they are one: made anew, they are others.
 */
export function fingerprintOf(options: ResolvedOptions): string {
	const { signingKeys, fetch, handleResolver, ...rest } = options;
	const called = [fetch, isResolver(handleResolver) ? handleResolver : undefined].map(numberOf);
	const kids = signingKeys.map(({ publicJwk }) => publicJwk);
	return JSON.stringify([rest, kids, called, isResolver(handleResolver) ? null : handleResolver]);
}

const numbers = new WeakMap<object, number>();
let numbered = 0;

function numberOf(value: object | undefined): number {
	if (!value) return 0;
	const known = numbers.get(value) ?? ++numbered;
	numbers.set(value, known);
	return known;
}
