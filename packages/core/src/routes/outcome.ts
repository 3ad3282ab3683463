import { isAPIError } from "@better-auth/core/utils/is-api-error";
import type { Settled } from "../accounts/settle.ts";
import { describeSpan } from "../base/traced.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { SessionState } from "../sessions/state.ts";
import { LostStateError, sayLost } from "./lost-state.ts";

/** What is known of a sign-in while it goes on. */
export interface Attempt {
	/** When its request came, in milliseconds since 1970. */
	readonly since: number;
	issuer?: string | undefined;
	did?: string | undefined;
	userId?: string | undefined;
}

/** What failed sign-ins are counted by. */
export interface FailureKind {
	/** Null where it came to no server. */
	issuer: string | null;
	code: string;
}

const failureKey = ({ issuer, code }: FailureKind): string => `${issuer ?? ""} ${code}`;

/** How often sign-ins have failed in the last hour, by server and code. */
export const failuresOf = ({ memory }: Bsky): (FailureKind & { count: number })[] =>
	memory.failures.all.map(([key, count]) => {
		const [issuer, ...code] = key.split(" ");
		return { issuer: issuer || null, code: code.join(" "), count };
	});

const EVENTS = {
	signed_in: "onSignedIn",
	signed_up: "onSignedUp",
	linked: "onLinked",
} as const;

/** A sign-in that has come to its end. */
export interface Landed extends Settled {
	did: string;
	issuer: string;
}

/** Tells whoever runs this app that somebody has come in. */
export async function tellSuccess(
	bsky: Bsky,
	{ since }: Attempt,
	{ did, issuer, how, user }: Landed,
): Promise<void> {
	const ms = Date.now() - since;
	await bsky.tell(EVENTS[how], { did, userId: user.id, issuer, ms });
	await describeSpan(bsky.context, { "bsky.outcome": how, "bsky.issuer": issuer });
}

/** The same of a sign-in that came to nothing: an event, the span, and a line in the log. */
export async function tellFailure(
	bsky: Bsky,
	{ since, ...known }: Attempt,
	what: string,
	error: unknown,
): Promise<void> {
	const code = codeOf(error);
	const { issuer } = known;
	const lost = lostOf(error);
	if (lost) sayLost(bsky, lost);
	// What people type is theirs, unless something has gone wrong beside it.
	else if (!(error instanceof BskyError) || error.cause || issuer) {
		bsky.logOutcome(what, error, { event: "sign_in_failed", code, ...known });
	}
	bsky.memory.failures.add(failureKey({ issuer: issuer ?? null, code }));
	const ms = Date.now() - since;
	await bsky.tell("onSignInFailed", { code, reason: lost?.reason, ...known, ms });
	await describeFailure(bsky, error, issuer);
}

/** Says on the span that somebody is on the way to their server. */
export const describeBegun = ({ context }: Bsky, { issuer }: Attempt): Promise<void> =>
	describeSpan(context, { "bsky.outcome": "begun", "bsky.issuer": issuer });

/** Says on the span that something came to nothing. */
export const describeFailure = (
	{ context }: Bsky,
	error: unknown,
	issuer?: string,
): Promise<void> =>
	describeSpan(context, {
		"bsky.outcome": "failed",
		"bsky.code": codeOf(error),
		"bsky.issuer": issuer,
	});

const lostOf = (error: unknown): LostStateError | null =>
	error instanceof BskyError && error.cause instanceof LostStateError ? error.cause : null;

function codeOf(error: unknown): string {
	if (error instanceof BskyError) return error.code;
	const code: unknown = isAPIError(error) ? error.body?.code : undefined;
	return typeof code === "string" ? code : "INTERNAL_SERVER_ERROR";
}

/** Says on the span what was found of a stored session. */
export const describeState = ({ context }: Bsky, state: SessionState): Promise<void> =>
	describeSpan(context, { "bsky.outcome": state.active ? "active" : state.reason });
