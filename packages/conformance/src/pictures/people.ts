import type { BskyAccount } from "@better-auth-bsky/client";
import type { BskySession } from "@better-auth-bsky/client/session";

// Said apart, or Vite puts the picture itself into the URL, and only https and http are shown.
const { url } = import.meta;

/** A drawn one: a photograph would be somebody's. */
const face = (name: string) => new URL(`./faces/${name}.svg`, url).href;

const ALICE = {
	did: "did:plc:alice",
	handle: "alice.bsky.social",
	displayName: "Alice Ångström",
	avatar: face("alice"),
};

const MAX = {
	did: "did:plc:max",
	handle: "max.example.co.uk",
	displayName: "Maximiliane Hohenstein",
	avatar: face("max"),
};

/** Whom the field suggests. */
export const FOUND = [
	ALICE,
	{
		did: "did:plc:ali",
		handle: "ali.blacksky.app",
		displayName: "Ali Rahimi",
		avatar: face("ali"),
	},
	{
		did: "did:plc:aline",
		handle: "aline.eurosky.social",
		displayName: "Aline Chen",
		avatar: face("aline"),
	},
];

/** Who has signed in on this device before. */
export const USED_BEFORE = [ALICE, MAX];

/** Who is signed in. */
export const SIGNED_IN: BskySession = { active: true, grantedScope: "atproto", ...ALICE };

const active = { active: true, grantedScope: "atproto" } as const;

/** Their accounts, both at work. */
export const BOTH: BskyAccount[] = [
	{ ...ALICE, ...active, primary: true, current: true },
	{ ...MAX, ...active, primary: false, current: false },
];

/** The same, where the session of one has ended. */
export const ONE_ENDED: BskyAccount[] = [
	{ ...ALICE, ...active, primary: true, current: true },
	{ ...MAX, active: false, reason: "session_expired", primary: false, current: false },
];
