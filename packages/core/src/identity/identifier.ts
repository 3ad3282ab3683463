import { isValidDid, isValidHandle, normalizeHandle } from "@atproto/syntax";
import { BskyError } from "../errors.ts";

/** What a person typed, ready for the OAuth client. */
export type Identifier =
	| { type: "handle"; value: string }
	| { type: "did"; value: string }
	/** The origin of a PDS or an authorization server: it asks who the person is. */
	| { type: "server"; value: string };

/** No identifier is longer (https://atproto.com/specs/did: 2048), whatever was pasted. */
const MAX_LENGTH = 2048;

/** Where a bare name lives, and the server that signs in everyone who has no other. */
const DEFAULT_DOMAIN = "bsky.social";

/**
 * Reads what a person typed or pasted as their account: a handle with or without `@`, an `at://`
 * URI, a link to a Bluesky profile, a DID, or the address of a server. Spaces, capitals and the
 * invisible characters that come along with a copied handle don't matter.
 *
 * @param options.allowHttp whether a server may be a plain http one
 * @throws {BskyError} HANDLE_REQUIRED, HANDLE_INVALID or HANDLE_IS_EMAIL
 */
export function parseIdentifier(input: unknown, options?: { allowHttp?: boolean }): Identifier {
	if (input === undefined || input === null || input === "") throw new BskyError("HANDLE_REQUIRED");
	if (typeof input !== "string" || input.length > MAX_LENGTH) throw new BskyError("HANDLE_INVALID");
	const text = clean(input);
	if (text === "") throw new BskyError("HANDLE_REQUIRED");
	if (/^https?:\/\//i.test(text)) return parseLink(text, options?.allowHttp ?? false);
	const [account = ""] = text.replace(/^at:\/+/i, "").split("/", 1);
	return parseAccount(account.replace(/^@+/, ""));
}

/** Removes what can't be seen: controls, format and bidirectional characters; folds full width. */
const clean = (text: string) =>
	text
		.normalize("NFKC")
		.replace(/[\p{C}\u00AD]/gu, "")
		.trim();

function parseAccount(account: string): Identifier {
	if (account === "") throw new BskyError("HANDLE_REQUIRED");
	if (/^did:/i.test(account)) return parseDid(account);
	if (/^[^@\s]+@[^@\s]+$/.test(account)) throw new BskyError("HANDLE_IS_EMAIL");
	const name = normalizeHandle(account.replace(/\.+$/, ""));
	if (name === DEFAULT_DOMAIN) return { type: "server", value: `https://${DEFAULT_DOMAIN}` };
	const value = name.includes(".") ? name : `${name}.${DEFAULT_DOMAIN}`;
	if (!isValidHandle(value)) throw new BskyError("HANDLE_INVALID");
	return { type: "handle", value };
}

function parseDid(text: string): Identifier {
	// The method is lower case; what follows it counts as written (https://atproto.com/specs/did).
	const value = text.replace(/^did:[^:]*/i, (prefix) => prefix.toLowerCase());
	const blessed = value.startsWith("did:plc:") || value.startsWith("did:web:");
	if (!blessed || !isValidDid(value)) throw new BskyError("HANDLE_INVALID");
	return { type: "did", value };
}

function parseLink(text: string, allowHttp: boolean): Identifier {
	const url = URL.parse(text);
	if (!url || url.username || url.password) throw new BskyError("HANDLE_INVALID");
	const [section, account] = url.pathname.slice(1).split("/");
	if (url.hostname === "bsky.app" && section === "profile" && account) {
		return parseAccount(account.replace(/^@+/, ""));
	}
	if (url.protocol === "http:" && !allowHttp) throw new BskyError("HANDLE_INVALID");
	return { type: "server", value: url.origin };
}
