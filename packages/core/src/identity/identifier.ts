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
const ACTOR = /\/(?:profile\/@?|@|(?=did:))([^/?#]+)/i;

/** What stands around a copied handle in a sentence: quotes, brackets, the end of the sentence. */
const BEFORE = /^[\p{Pi}\p{Pf}\p{Ps}"'`<\s]+/u;
const AFTER = /(?<![\p{Pi}\p{Pf}\p{Pe}"'`>,;:!?.\s])[\p{Pi}\p{Pf}\p{Pe}"'`>,;:!?.\s]+$/u;

/** Scheme, host or account, path, and what is behind it. */
const LINK = /^(https?:\/\/|at:\/+)?([^/?#]*)([^?#]*)(.*)$/i;

/** The path of a record (https://atproto.com/specs/nsid): what is before it is an account. */
const RECORD = /^\/[a-z]+(?:\.[a-z0-9-]+){2,}(?:\/|$)/i;

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
	const text = cleanTyped(input);
	if (text.length > MAX_LENGTH) return "HANDLE_INVALID";
	const [, scheme = "", account = "", path = "", rest = ""] = LINK.exec(text) ?? [];
	if (/^at/i.test(scheme)) return parseAccount(account);
	const url = scheme === "" ? null : urlOf(text);
	// Chromium takes spaces in a host; a name before it would only look like one.
	if (scheme !== "" && (!url || /[\s@]/.test(account))) return "HANDLE_INVALID";
	const actor = actorIn(account, path, rest);
	if (actor) return parseAccount(actor);
	if (url) return serverAt(url, options.allowHttp ?? false);
	return /^\/*$/.test(path) || RECORD.test(path) ? parseAccount(account) : "HANDLE_INVALID";
}

/**
 * The handle that the address of a server may be meant as: many people know theirs as a link. It is
 * one only where no server is at that address.
 */
export function linkedHandle({ type, value }: Identifier): Identifier | null {
	const account = type === "server" ? parseAccount(value.replace(/^https?:\/\//, "")) : null;
	return typeof account === "object" && account?.type === "handle" ? account : null;
}

/**
 * Whom a link is about. A name without a dot is one of bsky.social at Bluesky's own app only:
 * elsewhere it is somebody else's. The query never counts; a fragment does where it is the path of
 * an app that runs in one page.
 */
function actorIn(host: string, path: string, rest: string): string | undefined {
	const [, actor] = ACTOR.exec(rest.startsWith("#/") ? rest : path) ?? [];
	return actor && (/[.:]/.test(actor) || /^(www\.)?bsky\.app$/i.test(host)) ? actor : undefined;
}

/** What was typed without what can't be seen or only stands around it; full width is folded. */
export function cleanTyped(input: string): string {
	const text = input
		.normalize("NFKC")
		.replace(/\p{C}/gu, "")
		.replaceAll("。", ".")
		.replace(/(^|\/)%40/g, "$1@")
		.trim();
	// An IPv6 address ends in a bracket of its own.
	return /^https?:\/\/\[/i.test(text) ? text : text.replace(BEFORE, "").replace(AFTER, "");
}

function parseAccount(typed: string): Identifier | IdentifierError {
	const account = typed.replace(/^@+/, "");
	if (account === "") return "HANDLE_REQUIRED";
	if (/^did:/i.test(account)) return parseDid(account);
	if (/^[^@\s]+@[^@\s]+$/.test(account)) return "HANDLE_IS_EMAIL";
	const name = toAscii(account);
	if (name === DEFAULT_DOMAIN) return { type: "server", value: `https://${DEFAULT_DOMAIN}` };
	const value = name.includes(".") ? name : `${name}.${DEFAULT_DOMAIN}`;
	return HANDLE.test(value) ? { type: "handle", value } : "HANDLE_INVALID";
}

/** The ASCII form of a domain as people see it (`müller.example`), by the rules of browsers. */
function toAscii(name: string): string {
	if (!/[^\0-\x7F]/.test(name)) return name.toLowerCase();
	if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(name)) return name;
	const ascii = urlOf(`http://${name}`)?.hostname ?? name;
	// Names at bsky.social are plain letters: others only look like one of them.
	return ascii.includes(".") && !ascii.endsWith(`.${DEFAULT_DOMAIN}`) ? ascii : name;
}

function parseDid(text: string): Identifier | IdentifierError {
	// The method is lower case; what follows it counts as written (https://atproto.com/specs/did).
	const value = text.replace(/^did:[^:]*/i, (prefix) => prefix.toLowerCase());
	return DID.test(value) ? { type: "did", value } : "HANDLE_INVALID";
}

const serverAt = ({ protocol, origin }: URL, allowHttp: boolean): Identifier | IdentifierError =>
	protocol === "https:" || allowHttp ? { type: "server", value: origin } : "HANDLE_INVALID";

// URL.parse() is younger than browsers that people use.
function urlOf(text: string): URL | null {
	try {
		return new URL(text);
	} catch {
		return null;
	}
}
