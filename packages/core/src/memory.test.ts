import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fingerprintOf, Memory } from "./memory.ts";
import { type AtprotoAuthOptions, resolveOptions } from "./options.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

describe("instances of one app, made for each request,", () => {
	const fetch: typeof globalThis.fetch = () => Promise.reject(new Error());
	const resolver = { resolve: async () => null };
	const own = (options: AtprotoAuthOptions) => fingerprintOf(resolveOptions(options));

	test.each<AtprotoAuthOptions>([
		{},
		{ privateKey: pkcs8, clientMetadata: { clientName: "My App" }, fetch },
		{ handleResolver: resolver, plcDirectoryUrl: new URL("https://plc.test") },
		{ typeahead: { service: new URL("https://view.test") }, profileCacheMaxAge: 5 },
	])("have the same memory by the same options: %o", (options) => {
		const again = { ...options, mapProfileToUser: () => ({}) };
		expect(own(again)).toBe(own(options));
	});

	test("have others by other options, and no key is in what tells them apart", () => {
		const differing: AtprotoAuthOptions[] = [
			{},
			{ privateKey: pkcs8 },
			{ publicClient: true },
			{ allowHttp: true },
			{ fetch },
			{ fetch: (...args) => fetch(...args) },
			{ handleResolver: resolver },
			{ handleResolver: { ...resolver } },
			{ handleResolver: "https://one.test" },
			{ handleResolver: "https://two.test" },
			{ plcDirectoryUrl: "https://plc.test" },
			{ clientMetadata: { scope: "atproto" } },
			{ typeahead: false },
			{ profileCacheMaxAge: 0 },
			{ legacy: { providerIds: ["atproto"] } },
		];
		expect(new Set(differing.map(own)).size).toBe(differing.length);
		expect(own({ privateKey: pkcs8 })).not.toContain('"d"');
	});
});

test("states of sessions are remembered by what they were sealed in, which fills no memory", () => {
	const { statuses } = new Memory(resolveOptions({}));
	const status = { expiresAt: null, storedAt: 0, scope: "atproto", clientId: undefined };
	for (let n = 0; n < 1000; n++)
		statuses.set(`did:plc:${n}`, { ...status, sealed: String(n).repeat(20_000) });
	const kept = Array.from({ length: 1000 }, (_, n) => statuses.get(`did:plc:${n}`)?.sealed ?? "");
	const characters = kept.reduce((sum, { length }) => sum + length, 0);
	expect(characters).toBeGreaterThan(15e6);
	expect(characters).toBeLessThanOrEqual(16e6);
});
