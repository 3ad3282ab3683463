import { describe, expect, test } from "vitest";
import { BskyOptionError } from "../errors.ts";
import { allowDids, allowHandles, allowServers } from "./allow.ts";

const ALICE = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

describe("allowHandles", () => {
	test.each<[allowed: string, handle: string | null, isAllowed: boolean]>([
		["alice.bsky.social", "alice.bsky.social", true],
		["@Alice.BSKY.social ", "alice.bsky.social", true],
		["alice.bsky.social", "ALICE.bsky.social", true],
		["alice.bsky.social", "malice.bsky.social", false],
		["alice.bsky.social", "alice.bsky.social.evil.com", false],
		["alice.bsky.social", "x.alice.bsky.social", false],
		["alice.bsky.social", null, false],
		["*.example.com", "alice.example.com", true],
		["*.EXAMPLE.com", "alice.example.com", true],
		["*.example.com", "alice.team.example.com", true],
		["*.example.com", "example.com", false],
		["*.example.com", "evilexample.com", false],
		["*.example.com", "alice.example.com.evil.com", false],
		["*.example.com", "", false],
		["*.example.com", null, false],
		["*.bsky.social", "alice.bsky.social", true],
		["*.test", "alice.test", true],
		["*.bücher.example", "alice.xn--bcher-kva.example", true],
		["*.BÜCHER.example", "alice.xn--bcher-kva.example", true],
		["müller.example", "xn--mller-kva.example", true],
		["xn--mller-kva.example", "xn--mller-kva.example", true],
		["*.bücher.example", "alice.bucher.example", false],
	])("%s and %s: %s", (allowed, handle, isAllowed) => {
		expect(allowHandles("someone.else.example", allowed)({ handle })).toBe(isAllowed);
	});

	test.each([
		[],
		[""],
		["*"],
		["*."],
		["**.example.com"],
		["*.*.example.com"],
		["*example.com"],
		["al*.example.com"],
		["alice"],
		["bsky.social"],
		["alice@example.com"],
		["https://bsky.app/profile/alice.test"],
		["alice.test, bob.test"],
		["alice.test,bob.test"],
		[ALICE],
		["alice.test", ".test"],
		["alice.123"],
		[`${"a".repeat(300)}.test`],
		[undefined],
		[["alice.test"]],
		[/test$/],
	])("%j is refused, by name", (...handles) => {
		expect(() => allowHandles(...(handles as string[]))).toThrow(refusal("allowHandles"));
	});
});

describe("allowDids", () => {
	test("these, in these very letters", () => {
		const rule = allowDids(ALICE, " did:web:bob.example ");
		expect(rule({ did: ALICE })).toBe(true);
		expect(rule({ did: "did:web:bob.example" })).toBe(true);
		expect(rule({ did: ALICE.toUpperCase() })).toBe(false);
		expect(rule({ did: `${ALICE}a` })).toBe(false);
	});

	test.each([[], [""], ["alice.test"], ["did:key:z6Mk"], [`${ALICE},${ALICE}`], [null]])(
		"%j is refused, by name",
		(...dids) => {
			expect(() => allowDids(...(dids as string[]))).toThrow(refusal("allowDids"));
		},
	);
});

describe("allowServers", () => {
	const pds = "https://morel.us-east.host.bsky.network";
	const issuer = "https://bsky.social";

	test.each<[allowed: string | URL, who: { pds: string; issuer: string }, isAllowed: boolean]>([
		["https://bsky.social", { pds, issuer }, true],
		["https://BSKY.social/", { pds, issuer }, true],
		["https://bsky.social:443", { pds, issuer }, true],
		[new URL("https://bsky.social"), { pds, issuer }, true],
		[pds, { pds: `${pds}/`, issuer }, true],
		["https://host.bsky.network", { pds, issuer }, false],
		["https://bsky.social", { pds, issuer: "https://bsky.social.evil.com" }, false],
		["https://bsky.social", { pds, issuer: "https://bsky.social@evil.com" }, false],
		["https://bsky.social", { pds, issuer: "https://evil.com/https://bsky.social" }, false],
		["https://bsky.social", { pds, issuer: "http://bsky.social" }, false],
		["https://bsky.social", { pds, issuer: "https://bsky.social:8443" }, false],
		["https://bsky.social", { pds: "no url", issuer: "" }, false],
		["http://localhost:2583", { pds: "http://localhost:2583/", issuer }, true],
	])("%s and %j: %s", (allowed, who, isAllowed) => {
		expect(allowServers("https://else.example", allowed)(who)).toBe(isAllowed);
	});

	test.each([
		[],
		[""],
		["bsky.social"],
		["http://bsky.social"],
		["https://bsky.social/xrpc"],
		["https://bsky.social?a"],
		["https://bsky.social#a"],
		["https://a@bsky.social"],
		["https://*.bsky.network"],
		["https:bsky.social"],
		["https://"],
		["ftp://bsky.social"],
		["https://a.test https://b.test"],
		[undefined],
		[{}],
	])("%j is refused, by name", (...servers) => {
		expect(() => allowServers(...(servers as string[]))).toThrow(refusal("allowServers"));
	});
});

/** What says which option, and which of the rules. */
const refusal = (rule: string) =>
	expect.objectContaining({
		constructor: BskyOptionError,
		option: "allowSignIn",
		message: expect.stringContaining(`${rule}()`),
	});
