import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { describe, expect, test } from "vitest";
import { readSigningKeys } from "./base/keys.ts";
import { BskyOptionError } from "./errors.ts";
import type { AtprotoAuthOptions } from "./options.ts";
import { atprotoAuth } from "./plugin.ts";

const sec1 = execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], {
	encoding: "utf8",
});
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const jwk = privateKey.export({ format: "jwk" });

const optionOf = (make: () => unknown) => {
	try {
		make();
	} catch (error) {
		if (error instanceof BskyOptionError) return error.option;
		throw error;
	}
	return null;
};

describe("privateKey", () => {
	test("SEC1 as openssl writes it, PKCS#8, a JWK, and its text", () => {
		for (const input of [sec1, pkcs8, jwk, JSON.stringify(jwk)]) {
			const [key] = readSigningKeys(input);
			expect(key?.privateJwk).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256" });
			expect(key?.publicJwk).not.toHaveProperty("d");
			expect(key?.kid).toMatch(/^[\w-]{43}$/);
		}
	});

	test("line breaks written out, as environment files have them", () => {
		const [key] = readSigningKeys(sec1.replaceAll("\n", "\\n"));
		expect(key?.kid).toBe(readSigningKeys(sec1)[0]?.kid);
		expect(readSigningKeys(`  ${sec1}\n\n`)).toHaveLength(1);
	});

	test("a list: the first signs, all are published", () => {
		const keys = readSigningKeys([sec1, { ...jwk, kid: "old" }]);
		expect(keys.map((key) => key.kid)).toEqual([readSigningKeys(sec1)[0]?.kid, "old"]);
	});

	test("a broken one is refused by name, and never quoted", () => {
		const other = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey;
		const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
		const pem = (key: typeof other) => key.export({ type: "pkcs8", format: "pem" }).toString();
		const { d, ...publicOnly } = jwk;
		for (const broken of ["secret", sec1.slice(0, 60), pem(other), pem(rsa), publicOnly, "{}"]) {
			expect(optionOf(() => atprotoAuth({ privateKey: broken }))).toBe("privateKey");
		}
		expect(optionOf(() => atprotoAuth({ privateKey: [sec1, "x"] }))).toBe("privateKey[1]");
		expect(optionOf(() => atprotoAuth({ privateKey: [] }))).toBe("privateKey");
		expect(optionOf(() => atprotoAuth({ privateKey: [sec1, sec1] }))).toBe("privateKey");
		expect(() => atprotoAuth({ privateKey: "secret" })).not.toThrow(/secret/);
	});
});

test.each([
	["clientMetadata.scope", { clientMetadata: { scope: "transition:generic" } }],
	["clientMetadata.logoUri", { clientMetadata: { logoUri: "logo.png" } }],
	["plcDirectoryUrl", { plcDirectoryUrl: "ftp://plc.directory" }],
	["handleResolver", { handleResolver: "nonsense" }],
	["profileCacheMaxAge", { profileCacheMaxAge: -1 }],
] satisfies [string, AtprotoAuthOptions][])("%s is checked at start-up", (option, options) => {
	expect(optionOf(() => atprotoAuth(options))).toBe(option);
});

describe("baseURL", () => {
	const start = (baseURL: string, options: AtprotoAuthOptions = {}) =>
		betterAuth({
			baseURL,
			secret: "a-test-secret-that-is-long-enough-0123456789",
			database: new DatabaseSync(":memory:"),
			plugins: [atprotoAuth(options)],
		}).$context;

	test.each(["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"])(
		"%s needs no key",
		async (url) => {
			await expect(start(url)).resolves.toBeDefined();
		},
	);

	test("a public one needs a key, or the word that it is meant", async () => {
		await expect(start("https://my-app.dev")).rejects.toThrow(/privateKey/);
		await expect(start("https://my-app.dev", { publicClient: true })).resolves.toBeDefined();
		await expect(start("https://my-app.dev", { privateKey: sec1 })).resolves.toBeDefined();
	});

	test("plain http elsewhere than on localhost is refused", async () => {
		for (const url of [
			"http://my-app.dev",
			"http://192.168.1.5:3000",
			"http://localhost.evil.dev",
		]) {
			await expect(start(url, { privateKey: sec1 })).rejects.toThrow(/baseURL/);
		}
	});
});
