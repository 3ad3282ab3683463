import {
	createHash,
	createPrivateKey,
	createPublicKey,
	type JsonWebKey,
	type KeyObject,
} from "node:crypto";
import { BskyOptionError } from "../errors.ts";

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
 * be rotated while sessions that began with the old one go on.
 *
 * @throws {BskyOptionError} when a key can't be read or isn't ES256
 */
export function readSigningKeys(
	option: PrivateKeyInput | readonly PrivateKeyInput[] | undefined,
): SigningKey[] {
	if (option === undefined) return [];
	const inputs = Array.isArray(option) ? option : [option];
	if (inputs.length === 0) throw new BskyOptionError("privateKey", "the list of keys is empty.");
	const keys = inputs.map((input, index) =>
		readSigningKey(input, Array.isArray(option) ? `privateKey[${index}]` : "privateKey"),
	);
	const kids = new Set(keys.map((key) => key.kid));
	if (kids.size !== keys.length)
		throw new BskyOptionError("privateKey", "two keys share one key ID.");
	return keys;
}

function readSigningKey(input: PrivateKeyInput, option: string): SigningKey {
	const { key, kid: givenKid } = parse(input, option);
	const jwk = key.export({ format: "jwk" });
	if (jwk.kty !== "EC" || jwk.crv !== "P-256") {
		throw new BskyOptionError(
			option,
			"the key must be an ES256 key, that is EC on the curve P-256.",
		);
	}
	const kid = givenKid ?? thumbprint(jwk);
	const publicJwk = createPublicKey(key).export({ format: "jwk" });
	return {
		kid,
		privateJwk: { ...jwk, kid, alg: "ES256" },
		publicJwk: { ...publicJwk, kid, alg: "ES256", use: "sig" },
	};
}

function parse(input: PrivateKeyInput, option: string): { key: KeyObject; kid?: string } {
	try {
		if (typeof input !== "string") return parseJwk(input);
		// Environment files often carry a PEM on one line, with "\n" written out.
		const text = input.replaceAll("\\n", "\n").trim();
		if (text.startsWith("{")) return parseJwk(JSON.parse(text));
		// node:crypto reads SEC1 ("BEGIN EC PRIVATE KEY", what `openssl ecparam` writes) and PKCS#8.
		return { key: createPrivateKey(text) };
	} catch {
		// The parser's own message may quote the key: it stays here.
		throw new BskyOptionError(
			option,
			"the key can't be read. Expected the text of a PEM file, made by " +
				"`openssl ecparam -name prime256v1 -genkey -noout`, or a private JWK.",
		);
	}
}

function parseJwk(jwk: JsonWebKey): { key: KeyObject; kid?: string } {
	const key = createPrivateKey({ key: jwk, format: "jwk" });
	return typeof jwk.kid === "string" && jwk.kid !== "" ? { key, kid: jwk.kid } : { key };
}

/** Key ID of a key that brings none: its thumbprint (RFC 7638 §3). */
function thumbprint({ crv, kty, x, y }: JsonWebKey): string {
	return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}
