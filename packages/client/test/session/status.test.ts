import { describe, expect, test } from "vitest";
import type { BskySession } from "../../src/session/index.ts";
import {
	type KnownUser,
	needsUser,
	type SessionStatus,
	statusOf,
} from "../../src/session/status.ts";

const ALICE: BskySession = { active: true, did: "did:plc:alice", grantedScope: "atproto" };
const ENDED: BskySession = { active: false, did: "did:plc:alice", reason: "session_expired" };
const NOBODYS: BskySession = { active: false, did: null, reason: "not_linked" };
const FAILED = { code: "NETWORK_ERROR" };

const USERS: Record<string, KnownUser> = {
	"not asked for": undefined,
	nobody: null,
	"not found out": "failed",
	Erin: { name: "Erin" },
};

/** What is shown for each user above, in that order, once something is known. */
const TABLE: [data: BskySession | null, error: typeof FAILED | null, shown: SessionStatus[]][] = [
	[ALICE, null, ["signed-in", "signed-in", "signed-in", "signed-in"]],
	[ALICE, FAILED, ["signed-in", "signed-in", "signed-in", "signed-in"]],
	[ENDED, null, ["signed-in", "signed-in", "signed-in", "signed-in"]],
	[ENDED, FAILED, ["signed-in", "signed-in", "signed-in", "signed-in"]],
	[NOBODYS, null, ["pending", "signed-out", "not-connected", "not-connected"]],
	[NOBODYS, FAILED, ["pending", "signed-out", "not-connected", "not-connected"]],
	[null, null, ["signed-out", "signed-out", "signed-out", "signed-out"]],
	[null, FAILED, ["pending", "signed-out", "unknown", "unknown"]],
];

describe.each(TABLE)("%j, %j", (data, error, shown) => {
	test.each(Object.entries(USERS))("user: %s", (name, user) => {
		const expected = shown[Object.keys(USERS).indexOf(name)];
		expect(statusOf({ data, error, isPending: false, user })).toBe(expected);
		expect(statusOf({ data, error, isPending: true, user })).toBe("pending");
	});

	test("better-auth is asked only where its word decides", () => {
		const state = { data, error, isPending: false, isRefetching: false };
		expect(needsUser(state)).toBe(new Set(shown).size > 1);
		expect(needsUser({ ...state, isPending: true })).toBe(false);
	});
});
