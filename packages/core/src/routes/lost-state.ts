import type { GenericEndpointContext } from "better-auth";
import { filled } from "../base/filled.ts";
import { type Level, sayOf } from "../base/log.ts";
import { nowAndThen } from "../base/now-and-then.ts";
import { isCookieDomain } from "../base/site.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { type Begun, type NoState, STATE_MAX_AGE, stateDigest } from "../stores/state-store.ts";
import { browserCookie } from "./browser-cookie.ts";

/** Why the state that a browser comes back with isn't found. */
type Cause =
	| NoState
	| "no_state"
	| "used"
	| "no_cookie"
	| "other_host"
	| "cookie_domain"
	| "other_browser"
	| "other_client";

/** What fills the `{gaps}` of a sentence. */
interface Seen {
	/** The host that the browser came back to. */
	host: string | null;
	/** The one at which it began, where that was in this process. */
	begunAt: string | null;
	cookie: string;
	domain: string | undefined;
}

interface Words {
	/** The app's own matter is a warning; a person's is not. */
	level: Exclude<Level, "error">;
	why: string;
}

const CAUSES: Record<Cause, Words> = {
	no_state: { level: "info", why: "The callback came without a state." },
	used: { level: "info", why: "It was used already: by a reload, or the back button." },
	expired: { level: "info", why: "The person took longer than an hour at their server." },
	other_browser: {
		level: "info",
		why: "It came back in another browser than the one that it began in.",
	},
	no_cookie: {
		level: "warn",
		why: 'The browser sent no cookie "{cookie}" to {host}: it takes no cookies, has lost it, or the sign-in began at another host, in another browser, or more than an hour ago.',
	},
	other_host: {
		level: "warn",
		why: "It began at {begunAt} and came back to {host}, where the browser has no cookie of it. Lead people to the host of baseURL before they sign in.",
	},
	cookie_domain: {
		level: "warn",
		why: 'The cookie "{cookie}" is for the domain {domain}, and no browser takes that from {host}. Mend the domain in better-auth\'s option advanced.',
	},
	other_secret: {
		level: "warn",
		why: "It was made with another secret: better-auth's secret was changed a moment ago, or differs between instances.",
	},
	no_row: {
		level: "warn",
		why: "The browser has its cookie, and the database has no such sign-in: it was used already on another instance, or each instance has a database of its own.",
	},
	other_client: {
		level: "warn",
		why: "It began at a base URL that this app doesn't answer at any more.",
	},
};

/** Why a sign-in is lost, as it is said in the log; the person hears that it has expired or was used. */
export class LostStateError extends Error {
	override name = "LostStateError";
	readonly reason: Cause;
	constructor(reason: Cause, seen: Seen) {
		super(filled(CAUSES[reason].why, { ...seen, host: seen.host ?? "this app" }));
		this.reason = reason;
	}
}

/** Remembers that a sign-in began, so that it can be said why it is lost. */
export async function noteBegun(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	state: string,
): Promise<void> {
	const begun = { host: hostOf(ctx), at: Date.now(), isUsed: false };
	bsky.memory.begun.set(await stateDigest(state), begun);
}

/** Remembers that it has come back. */
export async function noteUsed(bsky: Bsky, state: string): Promise<void> {
	const key = await stateDigest(state);
	const begun = bsky.memory.begun.get(key) ?? { host: null, at: Date.now() };
	bsky.memory.begun.set(key, { ...begun, isUsed: true });
}

/** What a callback fails with whose state could not be had. */
export async function lostState(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	found: NoState | "no_state" | "other_client",
): Promise<BskyError> {
	const { name, domain, value } = await browserCookie(ctx);
	const { state } = ctx.query ?? {};
	const begun =
		typeof state === "string" ? bsky.memory.begun.get(await stateDigest(state)) : undefined;
	const seen = { host: hostOf(ctx), begunAt: begun?.host ?? null, cookie: name, domain };
	const reason = found === "no_row" ? withoutRow(seen, value, begun) : found;
	return new BskyError("STATE_NOT_FOUND", { cause: new LostStateError(reason, seen) });
}

/** @param cookie what the browser's holds: null where there is none, false where it is not ours */
function withoutRow(
	{ host, begunAt, domain }: Seen,
	cookie: string | false | null,
	begun: Begun | undefined,
): Cause {
	if (begun?.isUsed) return "used";
	if (begun && Date.now() - begun.at > STATE_MAX_AGE) return "expired";
	if (cookie === false) return "other_secret";
	if (cookie !== null) return begun ? "other_browser" : "no_row";
	if (begunAt !== null && host !== null && begunAt !== host) return "other_host";
	return domain !== undefined && host !== null && !isCookieDomain(domain, host)
		? "cookie_domain"
		: "no_cookie";
}

/** The host that a browser asked, as far as a proxy tells it. It goes into the log and nowhere else. */
function hostOf({ headers }: GenericEndpointContext): string | null {
	const host = headers?.get("x-forwarded-host") ?? headers?.get("host") ?? "";
	return /^[\w.:[\]-]{1,100}$/.test(host) ? host.toLowerCase() : null;
}

/** Anybody can bring a callback that leads nowhere: of each cause there is one line a minute. */
const TURNS = new Map(Object.keys(CAUSES).map((cause) => [cause, nowAndThen(60_000)]));

export function sayLost({ context, memory }: Bsky, { reason, message }: LostStateError): void {
	if (!TURNS.get(reason)?.(memory)) return;
	const facts = { event: "sign_in_failed", code: "STATE_NOT_FOUND", reason } as const;
	sayOf(context, CAUSES[reason].level, facts, `A sign-in that came back is lost. ${message}`);
}
