import { errorMessage, knownCode } from "../labels/text.ts";
import type { BskyLabels, LabelledErrorCode } from "../labels/types.ts";
import type { SignInState } from "./types.ts";

/** What is to be said of a failure, and where. */
export interface Problem {
	/** The sentence. */
	text: string;
	/**
	 * - `field`: what was typed is wrong, which is said under the field;
	 * - `form`: the sign-in has failed, whatever was typed;
	 * - `note`: nothing is wrong, such as after the person has cancelled.
	 */
	place: "field" | "form" | "note";
	/** What helps, besides typing something else: to try again, or Bluesky's own page. */
	way: "retry" | "continue" | null;
}

const FIELD: readonly LabelledErrorCode[] = [
	"HANDLE_REQUIRED",
	"HANDLE_INVALID",
	"HANDLE_IS_EMAIL",
	"HANDLE_NOT_FOUND",
	"SERVER_INVALID",
];

const NOTE: readonly LabelledErrorCode[] = ["ACCESS_DENIED", "WRONG_ACCOUNT"];

/** With these the same may go well a moment later. */
const RETRY: readonly LabelledErrorCode[] = [
	"NETWORK_ERROR",
	"SERVER_UNREACHABLE",
	"SERVER_REFUSED",
	"TOO_MANY_REQUESTS",
	"UNABLE_TO_CREATE_USER",
	"UNABLE_TO_CREATE_SESSION",
	"INTERNAL_SERVER_ERROR",
	"UNKNOWN",
];

const has = (codes: readonly string[], code: string) => codes.includes(code.toUpperCase());

/** What is to be said of the failure of a form's state; `null` where there is none. */
export function problemIn(
	labels: BskyLabels,
	{ error, pressed }: Pick<SignInState, "error" | "pressed">,
): Problem | null {
	if (!error) return null;
	const text = errorMessage(labels, error);
	const code = knownCode(labels, error) ?? "UNKNOWN";
	if (has(NOTE, error)) return { text, place: "note", way: null };
	// A person who has pressed something else has typed nothing wrong.
	const isTyped = has(FIELD, error) && (pressed === null || pressed === "submit");
	if (!isTyped) return { text, place: "form", way: pressed && has(RETRY, code) ? "retry" : null };
	return { text, place: "field", way: code === "HANDLE_IS_EMAIL" ? "continue" : null };
}
