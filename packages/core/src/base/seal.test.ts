import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SealBinding, type SecretConfig, seal, unseal } from "./seal.ts";

const SECRET = "a-test-secret-that-is-long-enough-0123456789";

const purpose = fc.constantFrom<SealBinding["purpose"]>(
	"bsky-state",
	"bsky-session",
	"bsky-revocation",
);
const did = fc
	.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz234567"), minLength: 1 })
	.map((id) => `did:plc:${id}`);
const binding: fc.Arbitrary<SealBinding> = fc.record({ purpose, id: fc.oneof(did, fc.string()) });
const secret = fc.string({ minLength: 32, maxLength: 64 });
/** JSON, and what survives it: -0 and undefined don't. */
const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as unknown);

const runs = { numRuns: 200 };

describe("a sealed value", () => {
	test("opens to what was sealed, whatever JSON it is", async () => {
		await fc.assert(
			fc.asyncProperty(secret, binding, value, async (secret, binding, value) => {
				expect(await unseal(secret, binding, await seal(secret, binding, value))).toEqual(value);
			}),
			runs,
		);
	});

	test("opens for no other row, purpose or secret", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.tuple(secret, binding),
				fc.tuple(secret, binding),
				async ([secret, binding], [otherSecret, other]) => {
					fc.pre(otherSecret !== secret && other.id !== binding.id);
					const sealed = await seal(secret, binding, { token: 1 });
					const { purpose, id } = binding;
					expect(await unseal(secret, { purpose, id: other.id }, sealed)).toBeNull();
					expect(await unseal(otherSecret, binding, sealed)).toBeNull();
					for (const another of ["bsky-state", "bsky-session", "bsky-revocation"] as const) {
						if (another === purpose) continue;
						expect(await unseal(secret, { purpose: another, id }, sealed)).toBeNull();
					}
				},
			),
			runs,
		);
	});

	test("says nothing of what is in it", async () => {
		await fc.assert(
			fc.asyncProperty(did, async (id) => {
				const token = "ref-0123456789abcdef";
				const sealed = await seal(SECRET, { purpose: "bsky-session", id }, { token });
				const again = await seal(SECRET, { purpose: "bsky-session", id }, { token });
				expect(again).not.toBe(sealed);
				for (const bytes of [sealed, Buffer.from(sealed, "hex").toString("latin1")]) {
					expect(bytes).not.toContain(token);
					expect(bytes).not.toContain(id);
				}
			}),
			{ numRuns: 20 },
		);
	});

	test("with any character flipped, added or taken away opens for nobody, and throws nothing", async () => {
		const own = { purpose: "bsky-session", id: "did:plc:a" } as const;
		const sealed = await seal(SECRET, own, { token: "t" });
		for (let at = 0; at < sealed.length; at++) {
			const flipped = sealed[at] === "0" ? "1" : "0";
			const changed = sealed.slice(0, at) + flipped + sealed.slice(at + 1);
			expect(await unseal(SECRET, own, changed), `character ${at}`).toBeNull();
			expect(await unseal(SECRET, own, sealed.slice(0, at)), `cut at ${at}`).toBeNull();
		}
		expect(await unseal(SECRET, own, `${sealed}00`)).toBeNull();
		await fc.assert(
			fc.asyncProperty(fc.nat(sealed.length), fc.string({ minLength: 1 }), async (at, more) => {
				const changed = sealed.slice(0, at) + more + sealed.slice(at);
				expect(await unseal(SECRET, own, changed)).toBeNull();
			}),
			runs,
		);
	});

	test("that never was one is none, and throws nothing", async () => {
		const garbage = fc.oneof(
			fc.string(),
			fc.string({ unit: fc.constantFrom(..."0123456789abcdef") }),
			fc.string().map((rest) => `$ba$1$${rest}`),
			fc.constantFrom("", "null", "{}", "$ba$", "$ba$9$00"),
			// A database holds what it likes, whatever the column's type says.
			fc.anything(),
		);
		await fc.assert(
			fc.asyncProperty(garbage, binding, async (garbage, binding) => {
				expect(await unseal(SECRET, binding, garbage as string)).toBeNull();
			}),
			runs,
		);
	});
});

describe("a rotated secret", () => {
	const [first, second] = [SECRET, "another-secret-that-is-long-enough-9876543210"];
	const versions = (...keys: [number, string][]): SecretConfig => ({
		keys: new Map(keys),
		currentVersion: keys[0]?.[0] ?? 0,
		legacySecret: first,
	});
	const own = { purpose: "bsky-session", id: "did:plc:a" } as const;

	test("opens what an earlier version sealed, and nothing once that is gone", async () => {
		const bare = await seal(first, own, 1);
		const old = await seal(versions([1, first]), own, 2);
		const both = versions([2, second], [1, first]);
		expect(await unseal(both, own, bare)).toBe(1);
		expect(await unseal(both, own, old)).toBe(2);
		const current = await seal(both, own, 3);
		expect(await unseal(versions([2, second]), own, current)).toBe(3);
		expect(await unseal(versions([2, second]), own, old)).toBeNull();
	});
});
