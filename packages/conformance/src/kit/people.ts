import type { BskySession } from "@better-auth-bsky/client/session";

const ALICE = {
	did: "did:plc:alice",
	handle: "alice.bsky.social",
	displayName: "Alice Ångström",
};

/** Whom the fake server knows: without a name, with long ones, with one from right to left. */
export const PEOPLE = [
	ALICE,
	{ did: "did:plc:ali", handle: "ali.example.com" },
	{
		did: "did:plc:alina",
		handle: "alina.a-rather-long-domain-name-of-her-own.example",
		displayName: "Alina, who chose quite a long name for everybody to see",
	},
	{ did: "did:plc:alin", handle: "alin.bsky.social", displayName: "علي" },
];

export const SESSION: BskySession = { active: true, grantedScope: "atproto", ...ALICE };
