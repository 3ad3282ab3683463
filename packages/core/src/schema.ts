import type { BetterAuthPluginDBSchema } from "better-auth/db";

/**
 * Tables and columns. What is not marked `returned: false` is part of `session.user`; nothing here
 * can be set by a client.
 */
export const schema = {
	user: {
		fields: {
			/** The primary DID of the person; further DIDs live in `account` and `bskySession`. */
			bskyDid: { type: "string", required: false, unique: true, input: false },
			/** The verified handle, or null where DID and handle don't point at each other. */
			bskyHandle: { type: "string", required: false, input: false },
			bskyDisplayName: { type: "string", required: false, input: false },
			bskyAvatar: { type: "string", required: false, input: false },
			bskyBio: { type: "string", required: false, input: false },
			bskyBanner: { type: "string", required: false, input: false },
		},
	},
	bskyState: {
		fields: {
			/** Digest of the `state` parameter and the browser's cookie; see stores/state-store.ts. */
			key: { type: "string", unique: true, returned: false },
			/** Sealed JSON: PKCE verifier, DPoP key, where to go afterwards. */
			state: { type: "string", returned: false },
			expiresAt: { type: "date", index: true },
		},
	},
	bskySession: {
		fields: {
			did: { type: "string", unique: true },
			/** Sealed JSON: tokens and DPoP key. */
			session: { type: "string", returned: false },
			userId: {
				type: "string",
				index: true,
				references: { model: "user", field: "id", onDelete: "cascade" },
			},
			updatedAt: { type: "date" },
			/** Counts the owners of the refresh lock; a write of an earlier owner is refused. */
			lockVersion: { type: "number", defaultValue: 0, returned: false },
			/** Until when the refresh lock is held, in milliseconds since 1970; 0 when free. */
			lockedUntil: { type: "number", bigint: true, defaultValue: 0, returned: false },
		},
	},
	bskyRevocation: {
		fields: {
			key: { type: "string", unique: true, returned: false },
			/** Sealed JSON: what to revoke, and with which key. */
			token: { type: "string", returned: false },
			attempts: { type: "number", defaultValue: 0 },
			nextAttemptAt: { type: "date", index: true },
		},
	},
} satisfies BetterAuthPluginDBSchema;

/** A row of `bskySession`. */
export interface BskySessionRow {
	id: string;
	did: string;
	session: string;
	userId: string;
	updatedAt: Date;
	lockVersion: number;
	lockedUntil: number;
}

/** A row of `bskyState`. */
export interface BskyStateRow {
	id: string;
	key: string;
	state: string;
	expiresAt: Date;
}

/** A row of `bskyRevocation`: a session that could not be revoked yet. */
export interface BskyRevocationRow {
	id: string;
	key: string;
	token: string;
	attempts: number;
	nextAttemptAt: Date;
}
