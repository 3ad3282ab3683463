/** What a person typed, ready for the OAuth client. */
export interface Identifier {
	/** A server is the origin of a PDS or an authorization server: it asks who the person is. */
	type: "handle" | "did" | "server";
	value: string;
}

/** Why what was typed is no identifier. */
export type IdentifierError = "HANDLE_REQUIRED" | "HANDLE_INVALID" | "HANDLE_IS_EMAIL";

/** No identifier is longer (https://atproto.com/specs/did: 2048), whatever was pasted. */
const MAX_LENGTH = 2048;

/** Where a bare name lives, and the server that signs in everyone who has no other. */
const DEFAULT_DOMAIN = "bsky.social";

/** Part of a domain name (RFC 1035 §2.3.1), in lower case. */
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/** https://atproto.com/specs/handle#handle-identifier-syntax */
const HANDLE = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)+(?![0-9])${LABEL}$`);

/** The methods that accounts may have: https://atproto.com/specs/did#blessed-did-methods */
const DID = /^did:(?:plc|web):[\w.:%-]*[\w.-]$/;

/** Whom the path of a link is about: `/profile/alice.test`, `/@alice.test`, `/did:plc:…`. */
const ACTOR = /\/(?:(?:profile\/)?@|profile\/|(?=did:))([^/?#&]+)/i;

/** What stands around a copied handle in a sentence: quotes, brackets, the end of the sentence. */
const AROUND = /^[\p{Pi}\p{Pf}\p{Ps}"'`<\s]+|[\p{Pi}\p{Pf}\p{Pe}"'`>,;:!?.…\s]+$/gu;

/**
 * Reads what a person typed or pasted as their account: a handle with or without `@`, also one on
 * an internationalised domain; an `at://` URI; a link to a profile in any app; a DID; or the
 * address of a server. Spaces, capitals, quotes, and the invisible characters that come along with
 * a copied handle don't matter.
 *
 * Server and browser share it, so it needs nothing but the language.
 *
 * @param options.allowHttp whether a server may be a plain http one. @default false
 */
export function parseIdentifier(
	input: unknown,
	options: { allowHttp?: boolean } = {},
): Identifier | IdentifierError {
	if (input === undefined || input === null) return "HANDLE_REQUIRED";
	if (typeof input !== "string" || input.length > MAX_LENGTH) return "HANDLE_INVALID";
	const text = clean(input);
	const [, scheme = "", account = "", path = ""] = LINK.exec(text) ?? [];
	if (/^at/i.test(scheme)) return parseAccount(account);
	const [, actor] = ACTOR.exec(path) ?? [];
	if (actor) return parseAccount(actor);
	if (scheme) return parseServer(text, options.allowHttp ?? false);
	return /^\/*$/.test(path) ? parseAccount(account) : "HANDLE_INVALID";
}

const LINK = /^(https?:\/\/|at:\/+)?([^/?#]*)(.*)$/i;

/** Removes what can't be seen: controls, format and bidirectional characters; folds full width. */
function clean(input: string): string {
	const text = input
		.normalize("NFKC")
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "")
		.replaceAll("。", ".")
		.replace(/%40/g, "@")
		.trim();
	// An IPv6 address ends in a bracket of its own.
	return /^https?:\/\/\[/i.test(text) ? text : text.replace(AROUND, "");
}

function parseAccount(typed: string): Identifier | IdentifierError {
	const account = typed.replace(/^@+/, "");
	if (account === "") return "HANDLE_REQUIRED";
	if (/^did:/i.test(account)) return parseDid(account);
	if (/^[^@\s]+@[^@\s]+$/.test(account)) return "HANDLE_IS_EMAIL";
	const name = toAscii(account.toLowerCase());
	if (name === DEFAULT_DOMAIN) return { type: "server", value: `https://${DEFAULT_DOMAIN}` };
	const value = name.includes(".") ? name : `${name}.${DEFAULT_DOMAIN}`;
	return HANDLE.test(value) ? { type: "handle", value } : "HANDLE_INVALID";
}

/** The ASCII form of a domain as people see it (`müller.example`), by the rules of browsers. */
const toAscii = (name: string): string =>
	/[^\0-\x7F]/.test(name) &&
	/^[\p{L}\p{M}\p{N}.-]+\.[\p{L}\p{M}\p{N}-]+$/u.test(name) &&
	!isHosted(name)
		? (URL.parse(`http://${name}`)?.hostname ?? name)
		: name;

/** Names at bsky.social are plain letters: others only look like one of them. */
const isHosted = (name: string) => name.endsWith(`.${DEFAULT_DOMAIN}`);

function parseDid(text: string): Identifier | IdentifierError {
	// The method is lower case; what follows it counts as written (https://atproto.com/specs/did).
	const value = text.replace(/^did:[^:]*/i, (prefix) => prefix.toLowerCase());
	return DID.test(value) ? { type: "did", value } : "HANDLE_INVALID";
}

function parseServer(text: string, allowHttp: boolean): Identifier | IdentifierError {
	const url = URL.parse(text);
	if (!url || url.username || url.password) return "HANDLE_INVALID";
	if (url.protocol === "http:" && !allowHttp) return "HANDLE_INVALID";
	return { type: "server", value: url.origin };
}
