import { type Finding, findings, type Refusal } from "../checks.ts";
import type { BskyErrorCode } from "../errors.ts";

/**
 * Why an authorization server sends somebody back without a code (RFC 6749 §4.1.2.1). `access_denied`
 * stands for everything that can come in between, and what it was is said in words only: those of the
 * reference server, and those that others use for the same. They are compared and never shown.
 */
export function refusalCode(params: URLSearchParams): BskyErrorCode {
	const error = params.get("error");
	if (error === "temporarily_unavailable") return "SERVER_UNREACHABLE";
	if (ABOUT_THE_CLIENT.has(error ?? "")) return "CLIENT_MISCONFIGURED";
	if (error !== "access_denied") return "SERVER_REFUSED";
	const description = (params.get("error_description") ?? "").slice(0, MAX_LENGTH).trim();
	// Who gives no reason means the person's own no: it is what the code was made for.
	if (description === "") return "ACCESS_DENIED";
	return REASONS.find(([words]) => words.test(description))?.[1] ?? "SERVER_REFUSED";
}

/** No known reason is longer. */
const MAX_LENGTH = 200;

/** The first that fits counts. */
const REASONS: [RegExp, BskyErrorCode][] = [
	[/deactivated/i, "ACCOUNT_DEACTIVATED"],
	[/\bexpired\b|\balready (?:authori[sz]ed|used)\b/i, "STATE_NOT_FOUND"],
	[
		/^(?:the )?(?:end[- ]?)?(?:user|(?:resource )?owner|you)(?: has| have)? (?:rejected|denied|declined|cancell?ed|refused|aborted)\b/i,
		"ACCESS_DENIED",
	],
	// RFC 6749's own words, and those of whoever writes nothing but the code in words.
	[
		/^(?:the resource owner or authorization server denied\b|(?:(?:access|authori[sz]ation)[ _](?:was )?)?(?:denied|rejected|cancell?ed)\.?$)|\buser (?:did not|chose not to) (?:consent|allow|approve|authori[sz]e|grant)\b/i,
		"ACCESS_DENIED",
	],
	[
		/\b(?:rejected|denied|declined|cancell?ed|refused) by (?:the )?(?:user|(?:resource )?owner)\b/i,
		"ACCESS_DENIED",
	],
];

/**
 * What is wrong with this app where a server refuses it; null where it refuses the person, or says
 * nothing of why.
 */
export function refusedClient(refusal: Refusal): Finding | null {
	const { error, description } = refusal;
	const isOurs = ABOUT_THE_CLIENT.has(error) ? !ITS_OWN.test(description) : OURS.test(description);
	return isOurs ? (findings("refusal", refusal)[0] ?? null) : null;
}

/** Errors of RFC 6749, RFC 7591 and RFC 9449 that are about the client. */
export const ABOUT_THE_CLIENT = new Set([
	"invalid_client",
	"invalid_client_id",
	"invalid_client_metadata",
	"invalid_dpop_proof",
	"invalid_redirect_uri",
	"invalid_scope",
	"unauthorized_client",
]);

/** What other errors say where they are about it, too. */
const OURS = /redirect_uri|client_assertion|client authentication|\bthe client metadata\b/i;

/** Of a proof: a server that doesn't know its own address. */
const ITS_OWN = /"?\bht[um]\b"?/;
