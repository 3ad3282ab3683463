import type { BskyAccount } from "@better-auth-bsky/client";
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

/** Somebody signed in without Bluesky, as better-auth knows them. */
export const ERIN = {
	user: { id: "1", name: "Erin Example", email: "erin@example.com", image: null },
	session: { id: "s" },
};

/** Whom our own session says nothing about. */
export const NOT_LINKED: BskySession = { active: false, did: null, reason: "not_linked" };

export const SESSION = {
	active: true,
	grantedScope: "atproto",
	...ALICE,
} as const satisfies BskySession;

/** Her server has ended it. */
export const ENDED: BskySession = { active: false, reason: "session_expired", ...ALICE };

/** Her accounts, to choose among. */
export const CHOICES: BskyAccount[] = [
	{ ...ALICE, active: true, grantedScope: "atproto", primary: true, current: true },
	{
		did: "did:plc:alina",
		handle: "alina.a-rather-long-domain-name-of-her-own.example",
		displayName: "Alina, who chose quite a long name for everybody to see",
		active: true,
		grantedScope: "atproto",
		primary: false,
		current: false,
	},
];

/** Their accounts, as the server lists them: one at work, one whose session has ended. */
export const ACCOUNTS: [alice: BskyAccount, max: BskyAccount] = [
	{ ...ALICE, active: true, grantedScope: "atproto", primary: true, current: true },
	{
		did: "did:plc:max",
		handle: "max.example.co.uk",
		displayName: "Maximiliane Hohenstein",
		active: false,
		reason: "session_expired",
		primary: false,
		current: false,
	},
];

/** One that nobody knows the handle of. */
export const UNKNOWN: BskyAccount = {
	did: "did:plc:zzzzzzzzzzzzzzzzzzzzzzzz",
	handle: null,
	active: true,
	primary: false,
	current: false,
};
