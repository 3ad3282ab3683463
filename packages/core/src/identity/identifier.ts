import { isDid } from "../base/did.ts";

/** What a person typed, ready for the OAuth client. */
export interface Identifier {
	/** A server is the origin of a PDS or an authorization server: it asks who the person is. */
	type: "handle" | "did" | "server";
	value: string;
	/**
	 * Of a server, the handle that its address may be meant as: many people know theirs as a link, and
	 * many apps have one in theirs. It counts only where no server is at that address.
	 */
	handle?: string;
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

/** Whom the path of a link is about: `/profile/alice.test`, `/@alice.test`, `/at://…`, `/did:plc:…`. */
const ACTOR = /\/(?:profile\/@?|at:\/+@?|@|(?=did:))([^/?#]+)/i;

/** Where many apps have a handle without saying so: `/alice.test`, `/starter-pack/alice.test`. */
const PLAIN_ACTOR = /^\/+(?:[a-z-]+\/)?([^/@:?#]+\.[^/@:?#]+)/i;

/**
 * What stands around a copied handle in a sentence: quotes, brackets, marks of lists and emphasis, and
 * the end of the sentence.
 */
const AROUND = "\\p{Pi}\\p{Pf}\"'`*~|•·\\s";
const BEFORE = new RegExp(`^[${AROUND}\\p{Ps}\\p{Pd}<>¿¡]+`, "u");
const END = `[${AROUND}\\p{Pe}>–—―,;:!?.、،؛؟।]`;
const AFTER = new RegExp(`(?<!${END})${END}+$`, "u");

/** An IPv6 address ends in a bracket of its own. */
const IPV6 = /^https?:\/\/\[[^\]]*\]/i;

/** Scheme, host or account, path, and what is behind it. */
const LINK = /^(https?:\/*|at:\/*|\/\/)?([^/?#]*)([^?#]*)(.*)$/i;

/** The path of a record of Bluesky's own (https://atproto.com/specs/nsid): an account is before it. */
const RECORD = /^\/(?:(?:app|chat)\.bsky|com\.atproto)\.[a-z0-9.-]+(?:\/|$)/i;

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
	if (/^at/i.test(scheme)) return parseAccount(percentDecoded(account));
	const isUrl = /^http/i.test(scheme);
	const url = isUrl ? urlOf(text) : null;
	// Chromium takes spaces in a host; a name before it would only look like one.
	if (isUrl && (!url || /[\s@]/.test(account))) return "HANDLE_INVALID";
	// The path of an app that runs in one page is behind the hash.
	const place = rest.startsWith("#/") ? rest.slice(1) : path;
	const actor = actorIn(account, place);
	if (actor) return parseAccount(actor);
	const [, plain] = PLAIN_ACTOR.exec(place) ?? [];
	const isBare = /^\/*$/.test(place);
	if (url) {
		// With a path or a query it is somebody else's page: its host is nobody who signs in.
		const name = isBare && rest === "" && url.port === "" ? url.hostname : plain;
		return serverAt(url, options.allowHttp ?? false, name);
	}
	if (isBare && (account !== "" || rest === "")) return parseAccount(account);
	if (RECORD.test(place)) return parseAccount(account);
	return plain === undefined ? "HANDLE_INVALID" : parseAccount(plain);
}

/**
 * Whom a link is about. A name without a dot is one of bsky.social at Bluesky's own app only:
 * elsewhere it is somebody else's.
 */
function actorIn(host: string, path: string): string | undefined {
	const [, actor] = ACTOR.exec(path) ?? [];
	const name = actor && cleanTyped(percentDecoded(actor)).replace(/^@+/, "");
	return name && (/[.:]/.test(name) || /^(www\.)?bsky\.app$/i.test(host)) ? name : undefined;
}

/** A DID keeps what is encoded in it (https://atproto.com/specs/did), unless all of it is encoded. */
function percentDecoded(text: string): string {
	try {
		return /^(?!did:).*%/i.test(text) ? decodeURIComponent(text) : text;
	} catch {
		return text;
	}
}

/** What was typed without what can't be seen or only stands around it; full width is folded. */
export function cleanTyped(input: string): string {
	const text = input
		.replace(/\s/g, " ")
		.replace(INVISIBLE, "")
		.normalize("NFKC")
		.replaceAll("。", ".")
		.replace(BEFORE, "");
	const [address = ""] = IPV6.exec(text) ?? [];
	const bare = address + text.slice(address.length).replace(AFTER, "");
	const decoded = ENCODED.test(bare) ? percentDecoded(bare) : bare;
	// What was encoded may have had something around it, too; and what NFKC took apart, a joiner before it.
	return decoded === input ? decoded : cleanTyped(decoded);
}

/**
 * What comes along unseen; but for the joiners that a name needs, as in `نامه‌ای`: they stand between
 * letters of Arabic, or behind a sign.
 */
const INVISIBLE = /(?!\u200C|\u200D)\p{C}|(?<![\p{M}ء-ۿ])[\u200C\u200D]|[\u200C\u200D](?!\p{L})/gu;

/** All of it went through encodeURIComponent(). */
const ENCODED = /^(?:(?:https?|at|did)%3A|%40)/i;

function parseAccount(typed: string): Identifier | IdentifierError {
	const account = typed
		.replace(/^[@\s]+|(?<![@\s])[@\s]+$/g, "")
		.replace(AFTER, "")
		// A telephone's keyboard puts it there.
		.replaceAll(". ", ".");
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
	// Nothing that means something in a URL.
	if (/[\0-,/:-@[-`{-\x7F]/.test(name)) return name;
	const ascii = urlOf(`http://${name}`)?.hostname ?? name;
	// Names at bsky.social are plain letters: others only look like one of them.
	return ascii.includes(".") && !ascii.endsWith(`.${DEFAULT_DOMAIN}`) ? ascii : name;
}

function parseDid(text: string): Identifier | IdentifierError {
	// The method is lower case; what follows it counts as written (https://atproto.com/specs/did).
	const value = text.replace(/^did:[^:]*/i, (prefix) => prefix.toLowerCase());
	return isDid(value) ? { type: "did", value } : "HANDLE_INVALID";
}

function serverAt({ protocol, origin, hostname }: URL, allowHttp: boolean, name = "") {
	if (protocol !== "https:" && !allowHttp) return "HANDLE_INVALID";
	// URLs take more in a host than any domain has.
	if (!/^(?:[a-z0-9._-]*[a-z0-9_-]|\[[\da-f:.]+\])$/.test(hostname)) return "HANDLE_INVALID";
	const server: Identifier = { type: "server", value: origin };
	const account = name.includes(".") && parseAccount(name);
	const isHandle = typeof account === "object" && account.type === "handle";
	return isHandle ? { ...server, handle: account.value } : server;
}

// URL.parse() is younger than browsers that people use.
function urlOf(text: string): URL | null {
	try {
		return new URL(text);
	} catch {
		return null;
	}
}
