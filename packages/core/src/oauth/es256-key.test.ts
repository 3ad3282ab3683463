import { expect, test } from "vitest";
import { Es256Key } from "./es256-key.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Whether a JWS is signed by the key that a server would read in a proof. */
async function verifies(jws: string, jwk: Es256Key["bareJwk"]): Promise<boolean> {
	const [head, body, signature = ""] = jws.split(".");
	const key = await crypto.subtle.importKey("jwk", jwk, ALGORITHM, false, ["verify"]);
	const signed = new TextEncoder().encode(`${head}.${body}`);
	return crypto.subtle.verify(ALGORITHM, key, Buffer.from(signature, "base64url"), signed);
}

test("what a proof shows of a key is its public half", async () => {
	const { bareJwk } = await Es256Key.generate();
	expect(Object.keys(bareJwk).sort()).toEqual(["crv", "kty", "x", "y"]);
});

test("a new key signs, and so does what is stored of it", async () => {
	const made = await Es256Key.generate();
	const read = new Es256Key(made.stored);
	const other = await Es256Key.generate();
	for (const key of [made, read]) {
		const jws = await key.createJwt({ typ: "dpop+jwt" }, { htm: "POST" });
		expect(await verifies(jws, made.bareJwk)).toBe(true);
		expect(await verifies(jws, other.bareJwk)).toBe(false);
	}
});
