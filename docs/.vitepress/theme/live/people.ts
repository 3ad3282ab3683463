import type { BskyAccount } from "@better-auth-bsky/client";
import type { BskySession } from "@better-auth-bsky/client/session";
import ali from "../../../../packages/conformance/src/pictures/faces/ali.svg?url";
import alice from "../../../../packages/conformance/src/pictures/faces/alice.svg?url";
import aline from "../../../../packages/conformance/src/pictures/faces/aline.svg?url";
import max from "../../../../packages/conformance/src/pictures/faces/max.svg?url";

/** Only https and http are shown. */
const face = (path: string): string => new URL(path, location.href).href;

const ALICE = {
	did: "did:plc:alice",
	handle: "alice.bsky.social",
	displayName: "Alice Ångström",
	avatar: face(alice),
};

const MAX = {
	did: "did:plc:max",
	handle: "max.example.co.uk",
	displayName: "Maximiliane Hohenstein",
	avatar: face(max),
};

/** Whom the network of a page knows. */
export const PEOPLE = [
	ALICE,
	{ did: "did:plc:ali", handle: "ali.blacksky.app", displayName: "Ali Rahimi", avatar: face(ali) },
	{
		did: "did:plc:aline",
		handle: "aline.eurosky.social",
		displayName: "Aline Chen",
		avatar: face(aline),
	},
	MAX,
];

/** Who has signed in on this device before. */
export const USED_BEFORE = [ALICE, MAX];

const active = { active: true, grantedScope: "atproto" } as const;

export const SIGNED_IN: BskySession = { ...active, ...ALICE };

export const BOTH: BskyAccount[] = [
	{ ...ALICE, ...active, primary: true, current: true },
	{ ...MAX, ...active, primary: false, current: false },
];

export const ONE_ENDED: BskyAccount[] = [
	{ ...ALICE, ...active, primary: true, current: true },
	{ ...MAX, active: false, reason: "session_expired", primary: false, current: false },
];
