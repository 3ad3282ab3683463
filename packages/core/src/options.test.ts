import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { describe, expect, test } from "vitest";
import { readSigningKeys } from "./base/keys.ts";
import { BskyOptionError } from "./errors.ts";
import { type AtprotoAuthOptions, type ClientMetadataOptions, resolveOptions } from "./options.ts";
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

describe("clientOrigin", () => {
	test("an https origin, as a text or a URL", () => {
		for (const clientOrigin of [
			"https://myapp.com",
			" https://MyApp.com/ ",
			new URL("https://myapp.com"),
		])
			expect(resolveOptions({ clientOrigin }).clientOrigin).toBe("https://myapp.com");
		expect(resolveOptions({ clientOrigin: "" }).clientOrigin).toBeUndefined();
		const wrong = [
			"myapp.com",
			"http://myapp.com",
			"https://myapp.com/api/auth",
			"https://a@myapp.com",
			"https://*.myapp.com",
			"https://app-*.vercel.app",
		];
		for (const clientOrigin of [...wrong, "https://myapp.com?a", "https://myapp.com#a"])
			expect(optionOf(() => resolveOptions({ clientOrigin }))).toBe("clientOrigin");
	});
});

describe("trustedEmailIssuers", () => {
	test("origins, as texts or URLs", () => {
		const given = [
			"https://bsky.social",
			" https://PDS.example/ ",
			new URL("http://localhost:2583"),
		];
		expect(resolveOptions({ trustedEmailIssuers: given }).trustedEmailIssuers).toEqual([
			"https://bsky.social",
			"https://pds.example",
			"http://localhost:2583",
		]);
		expect(resolveOptions({}).trustedEmailIssuers).toEqual([]);
	});

	test.each([
		"bsky.social",
		"http://bsky.social",
		"https://*.example",
		"https://a.example/x",
		"",
		1,
	])("not %s", (wrong) => {
		const options: unknown = { trustedEmailIssuers: ["https://bsky.social", wrong] };
		const resolve = () => resolveOptions(options as AtprotoAuthOptions);
		expect(optionOf(resolve)).toBe("trustedEmailIssuers[1]");
	});

	test("no text in place of a list", () => {
		const options: unknown = { trustedEmailIssuers: "https://bsky.social" };
		expect(optionOf(() => resolveOptions(options as AtprotoAuthOptions))).toBe(
			"trustedEmailIssuers",
		);
	});
});

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

/** Options as an app without types, or an environment variable, may have them. */
const wrong = (options: Record<string, unknown>) => options as AtprotoAuthOptions;

describe("refused at start-up, by name", () => {
	test.each([
		["transition:generic"],
		["atproto é"],
		['atproto "x"'],
		["atproto a\\b"],
		["atproto\u0007"],
		["atproto\u200B transition:generic"],
		["atproto,transition:generic"],
		["Atproto"],
		["'atproto transition:generic'"],
		["atproto  transition:generic"],
		["atproto\n\t\ttransition:generic\n"],
		["atproto\ttransition:generic"],
		["atproto atproto transition:generic"],
		["atproto transition:generic transition:generic"],
		[["atproto"]],
		[5],
	])("the scope %j", (scope) => {
		expect(optionOf(() => atprotoAuth(wrong({ clientMetadata: { scope } })))).toBe(
			"clientMetadata.scope",
		);
	});

	const names = ["clientUri", "logoUri", "tosUri", "policyUri"] as const;
	const uris = [
		"logo.png",
		"/logo.png",
		"//my-app.dev/logo.png",
		"http://my-app.dev/logo.png",
		"https://",
		"https:///logo.png",
		"ftp://my-app.dev/logo.png",
		"data:image/png;base64,AAAA",
		"javascript:alert(1)",
		'"https://my-app.dev"',
		"https://my-app .dev",
		"https://user:secret@my-app.dev/",
		5,
		{},
	];
	test.each(names)("a clientMetadata.%s that is no web page", (name) => {
		for (const uri of uris) {
			const option = optionOf(() => atprotoAuth(wrong({ clientMetadata: { [name]: uri } })));
			expect([uri, option]).toEqual([uri, `clientMetadata.${name}`]);
		}
	});

	test.each([
		["legacy.providerIds[0]", { providerIds: [""] }],
		["legacy.providerIds[1]", { providerIds: ["atproto", 5] }],
		["legacy.providerIds[0]", { providerIds: ["credential"] }],
		["legacy.clients[0]", { clients: ["/x.json"] }],
		["legacy.clients[0].clientId", { clients: [{}] }],
		["legacy.clients[0].clientId", { clients: [{ clientId: "x.json" }] }],
		["legacy.clients[0].clientId", { clients: [{ clientId: "http://x.dev/x.json" }] }],
		["legacy.clients[1].clientId", { clients: [{ clientId: "/x" }, { clientId: "/" }] }],
		["legacy.clients[0].jwksUri", { clients: [{ clientId: "/x", jwksUri: "https://x.dev/?a" }] }],
		["legacy.clients[0].redirectUri", { clients: [{ clientId: "/x", redirectUri: 5 }] }],
	])("%s in %j", (name, legacy) => {
		expect(optionOf(() => atprotoAuth(wrong({ legacy })))).toBe(name);
	});

	test.each([
		["clientMetadata", ["x", 5, []]],
		["clientMetadata.clientName", [5, {}]],
		["plcDirectoryUrl", ["ftp://plc.directory", "plc.directory", 5, {}]],
		["handleResolver", ["nonsense", "ftp://x.dev", 5, {}, { resolve: "x" }, () => null]],
		["typeahead", [true, "https://api.dev", 5]],
		["typeahead.service", ["api.dev", 5]],
		["profileCacheMaxAge", [-1, Number.NaN, "60", {}]],
		["revokeOnSignOut", ["sometimes", true, 5]],
		["publicClient", ["false", "true", 1, 0]],
		["allowHttp", ["false", 1]],
		["allowImpersonation", ["false", "true", 1]],
		["disableSignUp", ["false", "true", 1]],
		["disableImplicitSignUp", ["false", 0]],
		["legacy", ["atproto", ["atproto"], true]],
		["legacy.providerIds", ["atproto", {}, 5]],
		["legacy.clients", ["/x.json", {}]],
		["fetch", ["x", {}, true]],
		["requestLock", ["x", {}, true]],
		["mapProfileToUser", ["x", {}, true]],
	])("%s", (name, values) => {
		const [outer = "", inner] = name.split(".");
		for (const value of values) {
			const options = { [outer]: inner ? { [inner]: value } : value };
			expect([value, optionOf(() => atprotoAuth(wrong(options)))]).toEqual([value, name]);
		}
	});

	test.each(["plcDirectoryUrl", "handleResolver", "typeahead.service"])(
		"a %s of which only the origin would be used",
		(name) => {
			const [outer = "", inner] = name.split(".");
			for (const more of ["", "user:secret@", "user@"]) {
				for (const behind of ["", "/", "/base", "?key=secret", "/?", "#there", "/x/"]) {
					const url = `https://${more}service.example${behind}`;
					const options = { [outer]: inner ? { [inner]: url } : url };
					const make = () => atprotoAuth(wrong(options));
					const isFine = more === "" && ["", "/"].includes(behind);
					expect([url, optionOf(make)]).toEqual([url, isFine ? null : name]);
					if (!isFine) expect(make).not.toThrow("secret");
				}
			}
			const asUrl = new URL("https://service.example");
			const own = { [outer]: inner ? { [inner]: asUrl } : asUrl };
			expect(optionOf(() => atprotoAuth(wrong(own)))).toBeNull();
		},
	);

	test.each([undefined, null, "", "x", {}])("a handleResolver that resolves by %j", (resolve) => {
		const options = wrong({ handleResolver: { resolve } });
		expect(optionOf(() => atprotoAuth(options))).toBe("handleResolver");
	});

	const twice = { bskyAccount: { modelName: "bsky" }, bskySession: { modelName: "bsky" } };

	test.each([
		["schema", "sessions"],
		["schema", ["bskySession"]],
		["schema.bskySesion", { bskySesion: { modelName: "sessions" } }],
		["schema.account", { account: { modelName: "accounts" } }],
		["schema.bskySession", { bskySession: "sessions" }],
		["schema.bskySession.model", { bskySession: { model: "sessions" } }],
		["schema.bskySession.modelName", { bskySession: { modelName: 5 } }],
		["schema.bskySession.fields", { bskySession: { fields: ["did"] } }],
		["schema.bskySession.fields.DID", { bskySession: { fields: { DID: "owner" } } }],
		["schema.user.fields.bskyDid", { user: { fields: { bskyDid: {} } } }],
		// What is there already.
		["schema.bskySession.modelName", { bskySession: { modelName: "session" } }],
		["schema.bskyState.modelName", { bskyState: { modelName: "verification" } }],
		["schema.bskyAccount.modelName", { bskyState: { modelName: "bskyAccount" } }],
		["schema.bskySession.modelName", twice],
		["schema.user.fields.bskyHandle", { user: { fields: { bskyHandle: "name" } } }],
		["schema.session.fields.bskyDid", { session: { fields: { bskyDid: "token" } } }],
		["schema.bskyAccount.fields.did", { bskyAccount: { fields: { did: "id" } } }],
		["schema.bskySession.fields.userId", { bskySession: { fields: { did: "userId" } } }],
	])("%s in %j", (name, schema) => {
		expect(optionOf(() => atprotoAuth(wrong({ schema })))).toBe(name);
	});

	test("names of tables and columns that are there", () => {
		const schema = {
			bskySession: { modelName: "sessions", fields: { did: "owner" } },
			user: { fields: { bskyDid: "did" } },
			bskyState: {},
		};
		expect(optionOf(() => atprotoAuth({ schema }))).toBeNull();
	});

	/** What an `await` would have given, and what holds nothing under any name. */
	const NONE = { "a promise": Promise.resolve({}), "a map": new Map() };
	test.each(
		["clientMetadata", "legacy", "typeahead", "events", "schema", "xrpc", "xrpc.rateLimit"].flatMap(
			(name) => Object.entries(NONE).map(([what, value]) => [name, what, value] as const),
		),
	)("%s that is %s", (name, _, value) => {
		const options =
			name === "xrpc.rateLimit"
				? { xrpc: { allow: ["app.bsky.actor.*"], rateLimit: value } }
				: { [name]: value };
		expect(optionOf(() => resolveOptions(options as AtprotoAuthOptions))).toBe(name);
	});

	test.each([null, "x", 5, ["privateKey"], true])("%j in place of all options", (options) => {
		const make = () => atprotoAuth(wrong(options as never));
		expect(make).toThrow(BskyOptionError);
		expect(make).toThrow("an object");
	});

	test("a key for a client that is to have none", () => {
		expect(optionOf(() => atprotoAuth({ privateKey: sec1, publicClient: true }))).toBe(
			"publicClient",
		);
	});
});

describe("an empty environment variable is an unset one", () => {
	const names = ["clientName", "scope", "clientUri", "logoUri", "tosUri", "policyUri"];
	const all = (value: unknown) => ({
		...Object.fromEntries(
			[
				...["privateKey", "publicClient", "mapProfileToUser", "disableSignUp"],
				...["disableImplicitSignUp", "handleResolver", "plcDirectoryUrl", "allowHttp", "fetch"],
				...["requestLock", "revokeOnSignOut", "profileCacheMaxAge"],
			].map((name) => [name, value]),
		),
		clientMetadata: Object.fromEntries(names.map((name) => [name, value])),
		typeahead: { service: value },
	});

	test.each(["", "  ", "\n", '""', "''", null])("%j", (value) => {
		const read = (options: Record<string, unknown>) =>
			JSON.parse(JSON.stringify(resolveOptions(wrong(options))));
		expect(read(all(value))).toEqual(read({}));
	});

	test("around a value, white space is nothing", () => {
		const { clientMetadata, plcDirectoryUrl, typeahead } = resolveOptions({
			clientMetadata: { logoUri: " https://my-app.dev/logo.png\n", clientName: " My App " },
			plcDirectoryUrl: "https://plc.directory\n",
			typeahead: { service: " https://api.dev " },
		});
		expect(clientMetadata).toMatchObject({
			logoUri: "https://my-app.dev/logo.png",
			clientName: "My App",
		});
		expect(plcDirectoryUrl).toBe("https://plc.directory");
		expect(typeahead).toEqual({ service: new URL("https://api.dev") });
	});
});

test.each([
	["atproto transition:generic"],
	[" atproto transition:generic "],
	["\natproto transition:generic\n"],
])("the scope %j is asked for as it is meant", (scope) => {
	const { clientMetadata } = resolveOptions({ clientMetadata: { scope } });
	expect(clientMetadata.scope).toBe("atproto transition:generic");
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

	test("an empty key is none", async () => {
		for (const privateKey of ["", " ", '""', [""], [undefined, ""]]) {
			await expect(start("https://my-app.dev", { privateKey })).rejects.toThrow(/privateKey/);
		}
	});

	test("one that no authorization server would take is refused", async () => {
		for (const url of [
			"https://localhost:3000",
			"https://127.0.0.1",
			"https://[::1]:3000",
			"https://192.168.1.5:3000",
			"https://my-app",
			"https://my-app.local",
		]) {
			await expect(start(url, { privateKey: sec1 })).rejects.toThrow(/baseURL/);
		}
	});

	test.each([
		"https://user:secret@my-app.dev",
		"https://user@my-app.dev/api/auth",
		"https://my-app.dev?x=1",
		"https://my-app.dev/?x=1",
		"https://my-app.dev/api/auth?x=1",
		"https://my-app.dev#x",
		"https://my-app.dev/api/auth#x",
		"http://localhost:3000?x=1",
		"http://user:secret@localhost:3000",
	])("%s has more in it than a place", async (url) => {
		const failure = start(url, url.startsWith("https") ? { privateKey: sec1 } : {}).then(
			() => "it starts",
			String,
		);
		expect(await failure).toMatch(/baseURL.*(user name|query|fragment)/);
		expect(await failure).not.toContain("secret");
	});

	test("what the authorization screen shows is at home there", async () => {
		const refused: [keyof ClientMetadataOptions, string][] = [
			["clientUri", "https://other.dev"],
			["clientUri", "https://www.my-app.dev"],
			["clientUri", "https://my-app.dev:8443"],
			["clientUri", "https://my-app.dev/about"],
			["clientUri", "https://my-app.dev/api/auth/bsky/client-meta"],
			["clientUri", "http://localhost:3000"],
			["logoUri", "http://localhost:3000/logo.png"],
			["tosUri", "http://127.0.0.1:3000/terms"],
			["policyUri", "https://localhost/privacy"],
			["logoUri", "https://cdn/logo.png"],
		];
		for (const [name, uri] of refused) {
			const options = { privateKey: sec1, clientMetadata: { [name]: uri } };
			const failure = expect(start("https://my-app.dev", options), `${name} ${uri}`).rejects;
			await failure.toMatchObject({ option: `clientMetadata.${name}` });
		}
		for (const clientUri of [
			"https://my-app.dev",
			"https://my-app.dev/",
			"https://my-app.dev/api",
		]) {
			const clientMetadata = { clientUri, logoUri: "https://cdn.dev/logo.png" };
			const options = { privateKey: sec1, clientMetadata };
			await expect(start("https://my-app.dev", options)).resolves.toBeDefined();
		}
	});

	test("on localhost nothing of it is asked for, so anything of a web page will do", async () => {
		for (const origin of ["http://localhost:3000", "https://my-app.dev"]) {
			const clientMetadata = { clientUri: origin, logoUri: `${origin}/logo.png` };
			await expect(start("http://localhost:3000", { clientMetadata })).resolves.toBeDefined();
		}
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

test.each([
	["disableSignup", { disableSignup: true }, "disableSignUp"],
	["privatekey", { privatekey: "" }, "privateKey"],
	["clientMetadata.client_name", { clientMetadata: { client_name: "App" } }, "clientName"],
	["clientMetadata.scopes", { clientMetadata: { scopes: "atproto" } }, "scope,"],
	["legacy.providerId", { legacy: { providerId: "atproto" } }, "providerIds,"],
	["legacy.clients[0].client_id", { legacy: { clients: [{ client_id: "/x" }] } }, "clientId"],
	["typeahead.url", { typeahead: { url: "https://app.example" } }, "service"],
	["provider", { provider: "bsky" }, "privateKey,"],
])("a name that no option has is refused: %s", (option, options, advice) => {
	const make = () => resolveOptions(options as AtprotoAuthOptions);
	expect(optionOf(make)).toBe(option);
	expect(make).toThrow(advice);
});
