import { askHandedIn } from "../base/handed-in.ts";
import { LINES } from "../base/lines.ts";
import { say } from "../base/log.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { SignInCandidate } from "../identity/allow.ts";
import { cleanText } from "../identity/text.ts";
import type { Arrival } from "./arrival.ts";

const NAME = "allowSignIn";

/** Longest that it is waited for, in milliseconds: a token is alive meanwhile that is stored nowhere. */
const PATIENCE = 10_000;

/** Most graphemes of the app's sentence. */
const MAX_SENTENCE = 300;

/**
 * Asks the app whether somebody may sign in. Fails closed.
 *
 * @throws {BskyError} SIGN_IN_NOT_ALLOWED, with the app's sentence where it gave one
 */
export async function requireAllowed(
	bsky: Bsky,
	arrival: Arrival,
	isNewUser: boolean,
): Promise<void> {
	const { allowSignIn } = bsky.options;
	if (!allowSignIn) return;
	const who = candidate(arrival, isNewUser);
	const answer: unknown = await askHandedIn(NAME, PATIENCE, () => allowSignIn(who)).catch(
		(error: unknown) => {
			// The app's own: whoever wrote it needs all of it.
			say(bsky.context, "error", "hook_threw", `${NAME} threw`, error);
			return false;
		},
	);
	if (answer === true) return;
	if (answer !== false && typeof answer !== "string") {
		say(bsky.context, "error", "hook_answer_unknown", LINES.hook_answer_unknown);
	}
	throw new BskyError("SIGN_IN_NOT_ALLOWED", { sentence: cleanText(answer, MAX_SENTENCE) });
}

const candidate = (
	{ did, handle, saved, profile }: Arrival,
	isNewUser: boolean,
): SignInCandidate => ({
	did,
	handle,
	pds: new URL(saved.tokenSet.aud).origin,
	issuer: saved.tokenSet.iss,
	profile: profile && { ...profile },
	isNewUser,
});
