import { execFileSync } from "node:child_process";
import { generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BskyOptionError } from "../errors.ts";
import { type PrivateKeyInput, readSigningKeys } from "./keys.ts";

const openssl = (args: string, input = "") =>
	execFileSync("openssl", args.split(" "), { encoding: "utf8", input, stdio: "pipe" });
const pemOf = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");

const withParameters = openssl("ecparam -name prime256v1 -genkey");
const sec1 = openssl("ec", withParameters);
const pkcs8 = openssl("pkcs8 -topk8 -nocrypt", sec1);
const { kid, ...rest } = Object(readSigningKeys(sec1)[0]?.privateJwk);
const { kty, crv, x, y, d } = rest;
const jwk = JSON.stringify({ kty, crv, x, y, d });
const der = Buffer.from(sec1.replace(/-+[^-]+-+/g, ""), "base64");

/** What environment stores, shells and people make of a text. */
const MANGLED: Record<string, (text: string) => string> = {
	"as it is": (text) => text,
	"with CRLF": (text) => text.replaceAll("\n", "\r\n"),
	"with CR": (text) => text.replaceAll("\n", "\r"),
	"without its last line break": (text) => text.trimEnd(),
	"with a byte order mark": (text) => `\uFEFF${text}`,
	"in double quotes": (text) => `"${text}"`,
	"in single quotes": (text) => `'${text.trim()}'\n`,
	"in quotes twice": (text) => `'"${text}"'`,
	indented: (text) => text.replace(/^/gm, "    "),
	"with \\n written out": (text) => text.replaceAll("\n", "\\n"),
	"with \\\\n written out": (text) => text.replaceAll("\n", "\\\\n"),
	"with \\r\\n written out": (text) => text.replaceAll("\n", "\\r\\n"),
	"with \\n written out, in quotes": (text) => `"${text.replaceAll("\n", "\\n")}"`,
	"with a backslash at the end of each line": (text) => text.replaceAll("\n", "\\\n"),
	"with %0A": (text) => encodeURIComponent(text),
	"as JSON text": (text) => JSON.stringify(text),
	"as JSON text of JSON text": (text) => JSON.stringify(JSON.stringify(text)),
	"with its name in front": (text) => `BSKY_PRIVATE_KEY=${text}`,
	"with its name in front, quoted": (text) => `export BSKY_PRIVATE_KEY="${text}"`,
	"as base64": (text) => base64(text),
	"as base64 in lines": (text) => base64(text).replace(/.{64}/g, "$&\n"),
	"as base64url": (text) => Buffer.from(text).toString("base64url"),
	"as base64 of base64": (text) => base64(base64(text)),
};

/** What happens to line breaks, in what has some. */
const UNBROKEN: Record<string, (text: string) => string> = {
	"with spaces for line breaks": (text) => text.replaceAll("\n", " "),
	"without line breaks": (text) => text.replaceAll("\n", ""),
	"without white space": (text) => text.replace(/\s/g, ""),
	"with tabs": (text) => text.replaceAll("\n", "\t"),
};

/** What nothing else happens to as well. */
const ALONE: Record<string, (text: string) => string> = {
	"in UTF-16, read as UTF-8": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").toString(),
	"in UTF-16, read as Latin-1": (text) =>
		Buffer.from(`\uFEFF${text}`, "utf16le").toString("latin1"),
	"as base64 of UTF-16": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").toString("base64"),
};
const ALONE_IN_LINES: Record<string, (text: string) => string> = {
	"with \\n without its backslash": (text) => text.replaceAll("\n", "n"),
	"with \\r\\n without their backslashes": (text) => text.replaceAll("\n", "rn"),
};

const FORMS: Record<string, string> = {
	SEC1: sec1,
	"SEC1 behind its parameters": withParameters,
	"PKCS#8": pkcs8,
	"PKCS#8 behind its public key": openssl("pkey -pubout", pkcs8) + pkcs8,
	"a JWK": jwk,
	"a JWK over lines": JSON.stringify(JSON.parse(jwk), null, 2),
	"a JWK set": JSON.stringify({ keys: [JSON.parse(jwk)] }),
	"a JWK set with public keys beside it": JSON.stringify({
		keys: [{ kty, crv, x, y }, JSON.parse(jwk)],
	}),
};

describe.each(Object.entries(FORMS))("%s", (form, text) => {
	const isPem = text.includes("-----");
	const expected = form === "SEC1 behind its parameters" ? readSigningKeys(text)[0]?.kid : kid;
	const inLines = isPem ? { ...UNBROKEN, ...ALONE_IN_LINES } : {};
	test.each(Object.entries({ ...MANGLED, ...ALONE, ...inLines }))("%s", (_, mangle) => {
		expect(readSigningKeys(mangle(text)).map((key) => key.kid)).toEqual([expected]);
	});
});

/** One whose lines end with letters that a line break without its backslash is made of. */
function keyThatEndsWith(letters: string): string {
	for (;;) {
		const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
		const text = pemOf(privateKey);
		if (text.split("\n")[3]?.endsWith(letters)) return text;
	}
}

test.each(
	["r", "n"].flatMap((letter) =>
		Object.entries(ALONE_IN_LINES).map((row) => [letter, ...row] as const),
	),
)("a key that ends with %s is read, %s", (letter, _, mangle) => {
	const text = keyThatEndsWith(letter);
	expect(readSigningKeys(mangle(text))[0]?.kid).toBe(readSigningKeys(text)[0]?.kid);
});

/** Its last line (all others begin alike) begins with what a backslash before it makes a line break of. */
function keyWithLineOf(letter: string): string {
	for (;;) {
		const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
		const text = privateKey.export({ type: "sec1", format: "pem" }).toString();
		if (text.split("\n")[3]?.startsWith(letter)) return text;
	}
}

/** What one place does to a text and another one after it. */
test.each(["", "n", "r", "t"])("two of these after each other are read: a line of %j", (letter) => {
	const each = Object.entries({ ...MANGLED, ...UNBROKEN });
	const text = letter ? keyWithLineOf(letter) : sec1;
	const own = readSigningKeys(text)[0]?.kid;
	const unread = each.flatMap(([first, mangle]) =>
		each.flatMap(([second, mangleAgain]) => {
			try {
				expect(readSigningKeys(mangleAgain(mangle(text)))[0]?.kid).toBe(own);
				return [];
			} catch (error) {
				return [`${first}, ${second}: ${error instanceof Error ? error.message : ""}`];
			}
		}),
	);
	expect(unread).toEqual([]);
});

test.each([
	["base64 of DER", base64(der)],
	["base64url of DER", der.toString("base64url")],
	["base64 of DER in lines", base64(der).replace(/.{64}/g, "$&\n")],
	["a JWK set as an object", { keys: [JSON.parse(jwk)] } as JsonWebKey],
	["a JWK that says more", { ...JSON.parse(jwk), key_ops: ["sign"], kid: 7, use: "sig" }],
])("%s is read", (_, input) => {
	expect(readSigningKeys(input)[0]?.kid).toBe(kid);
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ed25519 = generateKeyPairSync("ed25519").privateKey;
const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve }).privateKey;
const p384 = ec("P-384");
const foreign = ec("P-256").export({ format: "jwk" });
const envelope = (label: string, body = base64(Buffer.alloc(200, 7))) =>
	`-----BEGIN ${label}-----\n${body.replace(/.{64}/g, "$&\n")}\n-----END ${label}-----\n`;
const encrypted = pkcs8 && openssl("pkcs8 -topk8 -passout pass:x", sec1);
const legacyEncrypted = openssl("ec -aes128 -passout pass:x", sec1);
const openssh = envelope("OPENSSH PRIVATE KEY");

/** Refused, and which words of the message tell why. */
const REFUSED: [string, unknown, RegExp][] = [
	["an RSA key", pemOf(rsa), /RSA/],
	["an RSA key in its own envelope", rsa.export({ type: "pkcs1", format: "pem" }), /RSA/],
	["an RSA JWK", rsa.export({ format: "jwk" }), /RSA/],
	["an Ed25519 key", pemOf(ed25519), /Ed25519/],
	["an Ed25519 JWK", JSON.stringify(ed25519.export({ format: "jwk" })), /Ed25519/],
	["an X25519 key", pemOf(generateKeyPairSync("x25519").privateKey), /X25519/],
	["a P-384 key", pemOf(p384), /P-384/],
	["a P-384 JWK", p384.export({ format: "jwk" }), /P-384/],
	["a P-521 key", p384 && pemOf(ec("P-521")), /P-521/],
	["a secp256k1 key", pemOf(ec("secp256k1")), /secp256k1/],
	["a symmetric JWK", { kty: "oct", k: "c2VjcmV0LXNlY3JldA" }, /symmetric/],
	["a public key", openssl("ec -pubout", sec1), /public/],
	["a public JWK", { kty, crv, x, y }, /public/],
	["a public JWK set", { keys: [{ kty, crv, x, y }] }, /public/],
	["a public SSH key", `ecdsa-sha2-nistp256 ${base64(der)} me@here`, /public/],
	["an empty JWK set", '{"keys":[]}', /no key/],
	["a set of two private keys", { keys: [JSON.parse(jwk), foreign] }, /list/],
	["two PEMs in one text", sec1 + pemOf(ec("P-256")), /list/],
	["an encrypted key", encrypted, /encrypted.*openssl/],
	["an encrypted SEC1 key", legacyEncrypted, /encrypted.*openssl/],
	["an OpenSSH key", openssh, /OpenSSH.*ssh-keygen/],
	["a certificate", envelope("CERTIFICATE"), /certificate/],
	["a certificate request", envelope("CERTIFICATE REQUEST"), /certificate/],
	["a PGP key", envelope("PGP PRIVATE KEY BLOCK"), /PGP/],
	["a DSA key", envelope("DSA PRIVATE KEY"), /DSA/],
	["parameters alone", withParameters.split("-----BEGIN EC PRIVATE")[0], /parameters/],
	["the first line alone", sec1.split("\n")[0], /END.*first line/],
	["the first half", sec1.slice(0, 100), /END/],
	["a PEM with a piece missing", sec1.replace(/\n.{20}/, "\n"), /complete/],
	["the path of a file", "/run/secrets/bsky.pem", /path/],
	["a relative path", "./key.pem", /path/],
	["a Windows path", "C:\\keys\\bsky.pem", /path/],
	["the URL of a file", "file:///run/secrets/bsky", /path|address/],
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is one for a shell.
	["a variable that nobody filled in", "${BSKY_PRIVATE_KEY}", /filled in/],
	["another", "$BSKY_PRIVATE_KEY", /filled in/],
	["a reference to a store", "op://vault/bsky/key", /address/],
	["half a JWK", jwk.slice(0, 60), /JSON/],
	["an empty object", "{}", /JWK/],
	["a JWK without its point", { kty, crv, d }, /"x" and "y"/],
	["a JWK with the point of another key", { ...foreign, d }, /belong/],
	["a JWK with one coordinate of another", { kty, crv, d, x, y: foreign.y }, /belong|curve/],
	["a JWK with too short a number", { kty, crv, x, y, d: "AAAA" }, /./],
	["some word", "secret-word", /PEM/],
	["a number", 42, /text/],
	["a Buffer", Buffer.from(sec1), /text/],
	["a key object", ec("P-256"), /text/],
];

test.each(REFUSED)("%s is refused in words", (_, input, words) => {
	const error = errorOf(input);
	expect(error.option).toBe("privateKey");
	expect(error.message).toMatch(words);
});

test("nothing of a key is in any message", () => {
	for (const [what, input] of REFUSED) {
		const text = typeof input === "string" ? input : JSON.stringify(input);
		const { message } = errorOf(input);
		for (const secret of text.match(/[\w+/-]{8,}/g) ?? []) {
			if (/BEGIN|PRIVATE|PUBLIC|CERTIFICATE|openssl|-----/.test(secret)) continue;
			expect([what, message]).toEqual([what, expect.not.stringContaining(secret)]);
		}
	}
});

test("whatever is cut, doubled or mixed up: read, or refused by name", () => {
	const pieces = [
		...Object.values(FORMS),
		'"',
		"\\n",
		"\n",
		"{",
		'{"keys":[',
		base64(sec1),
		"-----",
	];
	const part = fc
		.tuple(fc.constantFrom(...pieces), fc.nat(400), fc.nat(400))
		.map(([text, from, to]) => text.slice(Math.min(from, to), Math.max(from, to)));
	fc.assert(
		fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
			const text = parts.join("");
			try {
				expect(readSigningKeys(text).length).toBeLessThan(2);
			} catch (error) {
				if (!(error instanceof BskyOptionError)) throw error;
				expect(error.message).not.toContain(String(d));
			}
		}),
	);
});

describe("what isn't there", () => {
	const nothing = [undefined, null, "", "  \n", '""', "''", "\uFEFF"] as PrivateKeyInput[];
	test.each(nothing)("%j is no key", (input) => expect(readSigningKeys(input)).toEqual([]));

	test("is passed over in a list", () => {
		expect(readSigningKeys(nothing)).toEqual([]);
		expect(readSigningKeys([...nothing, sec1, ...nothing]).map((key) => key.kid)).toEqual([kid]);
	});

	test("still counts in what a wrong one is called", () => {
		expect(errorOf(["", "x"]).option).toBe("privateKey[1]");
	});
});

function errorOf(input: unknown): BskyOptionError {
	try {
		readSigningKeys(input as PrivateKeyInput);
	} catch (error) {
		if (error instanceof BskyOptionError) return error;
		throw error;
	}
	throw new Error("It was read.");
}
