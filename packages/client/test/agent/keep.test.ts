import { expect, test } from "vitest";
import { keepAgent } from "../../src/agent/index.ts";
import type { BskySession } from "../../src/session/index.ts";

const as = (name: string): BskySession => ({
	active: true,
	did: `did:plc:${name}`,
	grantedScope: "atproto",
});

test("what is made of another account is made by what there is for it by then", () => {
	const keep = keepAgent<string>(({ did }) => `first ${did}`);
	const by = (name: string) => (agent: { did: string }) => `${name} ${agent.did}`;
	expect(keep(as("alice"), {})).toBe("first did:plc:alice");
	expect(keep(as("alice"), {}, by("second"))).toBe("first did:plc:alice");
	expect(keep(as("bob"), {}, by("third"))).toBe("third did:plc:bob");
	expect(keep(null, {}, by("fourth"))).toBeNull();
	expect(keep(as("bob"), {}, by("fifth"))).toBe("fifth did:plc:bob");
});

test("what can't be made is tried again, and never another account's", () => {
	const keep = keepAgent<string>(({ did }) => did);
	keep(as("alice"), {});
	const failing = () => {
		throw new Error("No.");
	};
	for (let time = 0; time < 2; time++) expect(() => keep(as("bob"), {}, failing)).toThrow("No.");
	expect(keep(as("bob"), {})).toBe("did:plc:bob");
});
