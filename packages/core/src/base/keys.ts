import type { JsonWebKey, KeyObject } from "node:crypto";
import { BskyOptionError } from "../errors.ts";
import { given } from "./given.ts";
import { findKey, KeyProblem, privateJwk } from "./key-text.ts";
import { builtin } from "./runtime.ts";

/** An ES256 private key: PEM text (SEC1 or PKCS#8) or a JWK (object, or its JSON text). */
export type PrivateKeyInput = string | JsonWebKey;

/** An ES256 key pair with its key ID. */
export interface SigningKey {
	kid: string;
	/** Goes to the OAuth client and nowhere else. */
	privateJwk: JsonWebKey & { kid: string; alg: "ES256" };
	/** What `/bsky/jwks.json` publishes. */
	publicJwk: JsonWebKey & { kid: string; alg: "ES256"; use: "sig" };
}

/**
 * Reads the `privateKey` option. The first key signs; the others stay published, so that a key can
 * be rotated while sessions that began with the old one go on. Empty texts are no keys.
 *
 * @throws {BskyOptionError} when a key can't be read or isn't ES256
 */
export function readSigningKeys(
	option: PrivateKeyInput | readonly (PrivateKeyInput | undefined)[] | undefined,
): SigningKey[] {
	const inputs = Array.isArray(option) ? option : [option];
	if (inputs.length === 0) throw new BskyOptionError("privateKey", "the list of keys is empty.");
	const keys = inputs.flatMap((input, index) =>
		given(input) === undefined
			? []
			: readSigningKey(input, Array.isArray(option) ? `privateKey[${index}]` : "privateKey"),
	);
	const kids = new Set(keys.map((key) => key.kid));
	if (kids.size !== keys.length)
		throw new BskyOptionError("privateKey", "two keys share one key ID.");
	return keys;
}

const WANTED =
	"Expected an ES256 key (EC, curve P-256): the text of a PEM file, as " +
	"`openssl ecparam -name prime256v1 -genkey -noout` makes it, or a private JWK.";

type NodeCrypto = typeof import("node:crypto");

const NO_CRYPTO =
	"keys are read by node:crypto, which this runtime doesn't have. Cloudflare's workers have it with the " +
	"compatibility flag nodejs_compat.";

function readSigningKey(input: unknown, option: string): SigningKey {
	const by = builtin("node:crypto");
	if (!by) throw new BskyOptionError(option, NO_CRYPTO);
	try {
		return signingKey(by, input);
	} catch (error) {
		// The parser's own message may quote the key: it stays here.
		const problem = error instanceof KeyProblem ? error.message : "the key can't be read.";
		throw new BskyOptionError(option, `${problem} ${WANTED}`);
	}
}

function signingKey(by: NodeCrypto, input: unknown): SigningKey {
	const found = typeof input === "string" ? findKey(input) : { jwk: privateJwk(input) };
	const { key, kid: givenKid } = "pems" in found ? fromPem(by, found.pems) : fromJwk(by, found.jwk);
	const jwk = key.export({ format: "jwk" });
	requireEs256(jwk);
	const publicKey = by.createPublicKey({ key: publicPart(jwk), format: "jwk" });
	// The public half is what servers check with; nothing else has compared the two.
	if (!by.verify("sha256", PROBE, publicKey, by.sign("sha256", PROBE, key))) {
		throw new KeyProblem(`the public part of the key ("x" and "y") doesn't belong to "d".`);
	}
	const kid = givenKid ?? thumbprint(by, jwk);
	return {
		kid,
		privateJwk: { ...jwk, kid, alg: "ES256" },
		publicJwk: { ...publicPart(jwk), kid, alg: "ES256", use: "sig" },
	};
}

const PROBE = new Uint8Array(32);

const publicPart = ({ d, ...jwk }: JsonWebKey): JsonWebKey => jwk;

/** node:crypto reads SEC1 ("BEGIN EC PRIVATE KEY", what `openssl ecparam` writes) and PKCS#8. */
function fromPem(by: NodeCrypto, pems: readonly string[]): { key: KeyObject; kid?: string } {
	for (const pem of pems) {
		try {
			return { key: by.createPrivateKey(pem) };
		} catch {
			// The other one, if there is one.
		}
	}
	throw new KeyProblem("the key isn't complete, or something in it was changed.");
}

function fromJwk(by: NodeCrypto, jwk: Record<string, unknown>): { key: KeyObject; kid?: string } {
	if (jwk.kty === undefined) throw new KeyProblem("it is an object, but no JWK.");
	if (jwk.kty === "EC" || jwk.kty === "OKP" || jwk.kty === "RSA") {
		if (jwk.d === undefined) throw new KeyProblem("it is a public key. The private one is needed.");
	}
	requireEs256(jwk);
	if (!jwk.x || !jwk.y) throw new KeyProblem('the JWK lacks "x" and "y".');
	const key = privateKeyOf(by, jwk);
	return typeof jwk.kid === "string" && jwk.kid !== "" ? { key, kid: jwk.kid } : { key };
}

function privateKeyOf(by: NodeCrypto, { kty, crv, x, y, d }: Record<string, unknown>): KeyObject {
	try {
		return by.createPrivateKey({ key: { kty, crv, x, y, d } as JsonWebKey, format: "jwk" });
	} catch {
		throw new KeyProblem("the JWK names no point of the curve, or no private number.");
	}
}

/** How a key of another kind is called. */
const KINDS: Record<string, string> = {
	RSA: "an RSA key",
	oct: "a symmetric key",
	Ed25519: "an Ed25519 key",
	Ed448: "an Ed448 key",
	X25519: "an X25519 key",
	X448: "an X448 key",
	"P-384": "an EC key on the curve P-384",
	"P-521": "an EC key on the curve P-521",
	secp256k1: "an EC key on the curve secp256k1",
};

function requireEs256({ kty, crv }: { kty?: unknown; crv?: unknown }): void {
	if (kty === "EC" && crv === "P-256") return;
	throw new KeyProblem(`it is ${KINDS[String(crv ?? kty)] ?? "a key of another kind"}.`);
}

/** Key ID of a key that brings none: its thumbprint (RFC 7638 §3). */
function thumbprint(by: NodeCrypto, { crv, kty, x, y }: JsonWebKey): string {
	return by.createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}
