import { isObject } from "./is-object.ts";

/** Why a text is no key, in words that say nothing of it. */
export class KeyProblem extends Error {}

/** A private key as a text held it: PEM blocks that node:crypto may try, or a JWK. */
export type FoundKey = { pems: string[] } | { jwk: Record<string, unknown> };

/**
 * Finds the private key in a text that environment stores, shells and people have had in hand: in
 * quotes, with line breaks written out, replaced or gone, as JSON text, percent-encoded, as base64.
 *
 * @throws {KeyProblem}
 */
export function findKey(typed: string, depth = 0): FoundKey {
	const text = unwrapped(typed);
	// Of a JWK, a name in it may look like it.
	const plain = text.includes("{") || depth >= MOST ? null : percentDecoded(text);
	if (plain !== null) return findKey(plain, depth + 1);
	if (BEGIN.test(text)) {
		// Where lines that ended in a backslash were joined, the letter after one is the key's.
		return { pems: [text, unwrapped(typed.replace(/\\+(?=[rnt])/g, ""))].map(privatePem) };
	}
	if (text.includes("{")) return { jwk: privateJwk(parseJson(text)) };
	if (depth < MOST) {
		const decoded = base64Decoded(text);
		if (typeof decoded === "string") return findKey(decoded, depth + 1);
		// ASN.1 without its envelope: one of the two that may be around it.
		if (decoded) return { pems: ["PRIVATE KEY", "EC PRIVATE KEY"].map(envelope(decoded.der)) };
	}
	throw new KeyProblem(unknownText(text));
}

/** Most that one is wrapped in another. */
const MOST = 4;

/** The private key of a JWK, or of a set of them. */
export function privateJwk(jwk: unknown): Record<string, unknown> {
	if (!isObject(jwk)) throw new KeyProblem("the key is neither text nor a JWK.");
	const { keys } = jwk;
	if (!Array.isArray(keys)) return jwk;
	const all = keys.filter(isObject);
	const own = all.filter((key) => "d" in key || "k" in key);
	if (own.length > 1) throw new KeyProblem(SEVERAL);
	const [key = all[0]] = own;
	if (!key) throw new KeyProblem("the JWK set has no key in it.");
	return key;
}

const SEVERAL = "there are several private keys in it. Pass a list, with each key on its own.";

/** Dashes may have become typographic ones, and white space may be gone. */
const BEGIN = /[-\u2010-\u2015]+\s*BEGIN\s*([A-Z0-9 ]+?)\s*[-\u2010-\u2015]+/;
const BLOCK = new RegExp(`${BEGIN.source}([^\\u2010-\\u2015]*?)[-\\u2010-\\u2015]+\\s*END`, "g");

/** Without the name of a variable, quotes, and backslashes in front of what they stand for. */
function unwrapped(typed: string): string {
	// What Windows writes in two bytes a letter has zeros in between.
	let text = typed.replace(/[\0\uFFFDÿþ]|\p{Cf}/gu, "").trim();
	text = text.replace(/^(?:export\s+)?[A-Z_][A-Z0-9_]*=(?=[^=])/, "");
	for (let quoted = QUOTED.exec(text); quoted; quoted = QUOTED.exec(text)) text = quoted[2] ?? "";
	return text
		.replace(/\\+[rnt]/g, "\n")
		.replace(/\\+(?=["'\s]|$)/g, "")
		.replace(/^["'`]+|["'`]+$/g, "")
		.trim();
}

const QUOTED = /^\s*(["'`])(.*)\1\s*$/s;

function privatePem(text: string): string {
	const blocks = [...text.matchAll(BLOCK)].map(([, label = "", body = ""]) => ({
		label: label.replaceAll(" ", ""),
		body,
	}));
	const own = blocks.filter(({ label }) => Object.hasOwn(READABLE, label));
	if (own.length > 1) throw new KeyProblem(SEVERAL);
	const [block] = own;
	const other = blocks.find(({ label }) => Object.hasOwn(OTHERS, label)) ?? blocks.at(-1);
	if (!block) throw new KeyProblem((other ? OTHERS[other.label] : CUT_OFF) ?? UNKNOWN_BLOCK);
	if (/ENCRYPTED/.test(block.body)) throw new KeyProblem(ENCRYPTED);
	const letters = block.body.replace(/[^\w+/-]/g, "");
	// Without their backslashes, line breaks are letters: no key begins with these.
	const [end = ""] = /^r?n/.exec(letters) ?? [];
	const ends = new RegExp(`(.{64})${end}|${end}$`, "g");
	const base64 = letters.slice(end.length).replace(ends, "$1");
	return envelope(base64)(READABLE[block.label] ?? "");
}

/** Labels (https://www.rfc-editor.org/rfc/rfc7468) without their spaces, which may be gone. */
const READABLE: Record<string, string> = {
	PRIVATEKEY: "PRIVATE KEY",
	ECPRIVATEKEY: "EC PRIVATE KEY",
};

const ENCRYPTED =
	"the key is encrypted. Take its password off with `openssl pkey -in key.pem -out plain.pem`.";
const CERTIFICATE = "it is a certificate, which holds no private key.";
const OTHERS: Record<string, string> = {
	ENCRYPTEDPRIVATEKEY: ENCRYPTED,
	PUBLICKEY: "it is a public key. The private one is needed.",
	RSAPRIVATEKEY: "it is an RSA key.",
	RSAPUBLICKEY: "it is the public half of an RSA key.",
	DSAPRIVATEKEY: "it is a DSA key.",
	OPENSSHPRIVATEKEY:
		"it is a key in OpenSSH's own format. `ssh-keygen -p -m PKCS8 -f key` turns an ECDSA one of 256 bits into PKCS#8.",
	CERTIFICATE,
	CERTIFICATEREQUEST: CERTIFICATE,
	PGPPRIVATEKEYBLOCK: "it is a PGP key.",
	ECPARAMETERS: "it holds the parameters of a curve, and no key.",
};
const UNKNOWN_BLOCK = "it is a PEM file, but of another kind than a private key.";
const CUT_OFF =
	"the PEM text has no END: it is cut off. Many environment files keep the first line only; write line breaks as \\n, in quotes.";

const envelope = (base64: string) => (label: string) => {
	const body = base64
		.replaceAll("-", "+")
		.replaceAll("_", "/")
		.replace(/.{64}(?=.)/g, "$&\n");
	const padding = "=".repeat((4 - (base64.length % 4)) % 4);
	return `-----BEGIN ${label}-----\n${body}${padding}\n-----END ${label}-----\n`;
};

function parseJson(text: string): unknown {
	const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
	if (/^\$\{/.test(text) || /^\{\{/.test(text)) throw new KeyProblem(unknownText("$"));
	try {
		return JSON.parse(json);
	} catch {
		throw new KeyProblem("it begins like a JWK, but is no complete JSON.");
	}
}

function percentDecoded(text: string): string | null {
	if (!/%(?:0A|0D|20|22|25|2B|2F|3D|7B)/i.test(text)) return null;
	try {
		return decodeURIComponent(text);
	} catch {
		return null;
	}
}

/** What base64 or base64url stands for: a text, or the base64 of ASN.1. */
function base64Decoded(text: string): string | { der: string } | null {
	const base64 = text.replace(/\s/g, "").replace(/=+$/, "");
	if (!/^[\w+/-]{32,}$/.test(base64)) return null;
	try {
		const bytes = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
		// A SEQUENCE, with its length in one or two bytes.
		if (/^0[\x30-\x7f\x81\x82]/.test(bytes)) return { der: base64 };
		const decoded = bytes.replace(/^(?:\xEF\xBB\xBF|\xFF\xFE)|\0/g, "");
		return /^[\t\n\r -~]+$/.test(decoded) ? decoded : null;
	} catch {
		return null;
	}
}

function unknownText(text: string): string {
	if (/^(?:ssh-|ecdsa-sha2-)/.test(text)) return "it is a public key of SSH.";
	if (/^[$%<]/.test(text)) return "it is the name of a variable that nothing has filled in.";
	if (/^[a-z][\w+.-]+:\/\//i.test(text)) return "it is an address. Pass what is there.";
	if (/^(?:[./~]|[a-z]:\\)/i.test(text) || /\.(?:pem|key|json|p8)$/i.test(text)) {
		return "it is the path of a file. Pass what is in the file.";
	}
	return "the key can't be read.";
}
