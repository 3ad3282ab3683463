import type { BskyAccount } from "@better-auth-bsky/client";
import type { BskySession } from "@better-auth-bsky/client/session";

/** Whom pictures and pages show. A face is a drawn one: a photograph would be somebody's. */
export type Face = "ali" | "alice" | "aline" | "max";

/** @param face the address of a face */
export function castWith(face: (name: Face) => string) {
	const alice = {
		did: "did:plc:alice",
		handle: "alice.bsky.social",
		displayName: "Alice Ångström",
		avatar: face("alice"),
	};
	const max = {
		did: "did:plc:max",
		handle: "max.example.co.uk",
		displayName: "Maximiliane Hohenstein",
		avatar: face("max"),
	};
	const ali = {
		did: "did:plc:ali",
		handle: "ali.blacksky.app",
		displayName: "Ali Rahimi",
		avatar: face("ali"),
	};
	const aline = {
		did: "did:plc:aline",
		handle: "aline.eurosky.social",
		displayName: "Aline Chen",
		avatar: face("aline"),
	};
	const active = { active: true, grantedScope: "atproto" } as const;
	const signedIn: BskySession = { ...active, ...alice };
	const both: BskyAccount[] = [
		{ ...alice, ...active, primary: true, current: true },
		{ ...max, ...active, primary: false, current: false },
	];
	const oneEnded: BskyAccount[] = [
		{ ...alice, ...active, primary: true, current: true },
		{ ...max, active: false, reason: "session_expired", primary: false, current: false },
	];
	return {
		/** Whom the field suggests. */
		found: [alice, ali, aline],
		/** Who has signed in on this device before. */
		usedBefore: [alice, max],
		/** Who is signed in. */
		signedIn,
		/** Their accounts, both at work. */
		both,
		/** The same, where the session of one has ended. */
		oneEnded,
	};
}
