import type { BetterAuthPluginDBSchema } from "better-auth/db";

/**
 * Tables and columns. What is not marked `returned: false` is part of `session.user`; nothing here
 * can be set by a client.
 */
export const schema = {
	/** The primary account of a user. These columns follow the profile at each sign-in. */
	user: {
		fields: {
			/** The primary DID of the person; further DIDs live in `bskyAccount` and `account`. */
			bskyDid: { type: "string", required: false, unique: true, input: false },
			/**
			 * The handle that was verified at the last sign-in, or null where DID and handle didn't point at
			 * each other, or somebody else has signed in with it since.
			 */
			bskyHandle: { type: "string", required: false, input: false, index: true },
			/** One line, at most 64 graphemes. */
			bskyDisplayName: { type: "string", required: false, input: false },
			/** URL of an https image. */
			bskyAvatar: { type: "string", required: false, input: false },
			/** At most 256 graphemes, with its line breaks. */
			bskyBio: { type: "string", required: false, input: false },
			/** URL of an https image. */
			bskyBanner: { type: "string", required: false, input: false },
		},
	},
	/** A person's better-auth session, on one device. */
	session: {
		fields: {
			/** The DID that this session acts as; where it is null, the user's primary one. */
			bskyDid: { type: "string", required: false, input: false },
		},
	},
	/** Sign-ins under way, where better-auth has no secondary storage to keep them in. */
	bskyState: {
		fields: {
			/** Digest of the `state` parameter and the browser's cookie: neither finds the row alone. */
			key: { type: "string", unique: true, returned: false },
			/** Sealed JSON: PKCE verifier, DPoP key, where to go afterwards. */
			state: { type: "string", returned: false },
			/** An hour after the sign-in began. */
			expiresAt: { type: "date", index: true },
		},
	},
	/**
	 * Who has which DID: one row a DID, held by its key. better-auth's `account` has no key for that; its
	 * rows follow this one.
	 */
	bskyAccount: {
		fields: {
			/** The DID: the key that decides between several sign-ins at once. */
			did: { type: "string", unique: true },
			/** Null in one row: it says that every account from before this table has been entered. */
			userId: {
				type: "string",
				required: false,
				index: true,
				references: { model: "user", field: "id", onDelete: "cascade" },
			},
			/** Counts what was decided on this row; whoever adds to it holds the row until they commit. */
			version: { type: "number", defaultValue: 0, returned: false },
			/** The handle that was verified at the last sign-in with it. Null, as the next, from before that. */
			handle: { type: "string", required: false },
			/** One line, at most 64 graphemes. */
			displayName: { type: "string", required: false },
			/** URL of an https image. */
			avatar: { type: "string", required: false },
			/** The scopes that the last sign-in was granted, separated by spaces. */
			scope: { type: "string", required: false },
		},
	},
	/** OAuth sessions: what your app acts for people with. */
	bskySession: {
		fields: {
			/** Whose session it is. A user may have several. */
			did: { type: "string", unique: true },
			/** Sealed JSON: tokens and DPoP key. */
			session: { type: "string", returned: false },
			/** The user it belongs to. */
			userId: {
				type: "string",
				index: true,
				references: { model: "user", field: "id", onDelete: "cascade" },
			},
			/** When its tokens were last stored. */
			updatedAt: { type: "date" },
			/** Counts the owners of the refresh lock; a write of an earlier owner is refused. */
			lockVersion: { type: "number", defaultValue: 0, returned: false },
			/** Until when the refresh lock is held, in milliseconds since 1970; 0 when free. */
			lockedUntil: { type: "number", bigint: true, defaultValue: 0, returned: false },
		},
	},
	/** Sessions that are still to be revoked at a server that was down. */
	bskyRevocation: {
		fields: {
			/** A random name, which what is sealed in the row is bound to. */
			key: { type: "string", unique: true, returned: false },
			/** Sealed JSON: what to revoke, and with which key. */
			token: { type: "string", returned: false },
			/** A digest of whose server it is: each has its turn. */
			server: { type: "string", required: false, index: true, returned: false },
			/** What is revoked: a `session`, or the `code` of a sign-in whose end was lost. */
			kind: { type: "string", required: false },
			/** How often it was tried. */
			attempts: { type: "number", defaultValue: 0 },
			/** When it is tried again; the delays grow. */
			nextAttemptAt: { type: "date", index: true },
			/** Since when it waits. */
			createdAt: { type: "date", required: false, index: true },
		},
	},
} satisfies BetterAuthPluginDBSchema;

/** More rows than one user has: unasked, better-auth gives a hundred, or as many as the app says. */
export const ALL_OF_ONE = 10_000;

/** A row of `bskyAccount`. */
export interface BskyAccountRow {
	id: string;
	did: string;
	userId: string | null;
	version: number;
	handle: string | null;
	displayName: string | null;
	avatar: string | null;
	scope: string | null;
}

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
	/** Null, as the next, in rows of earlier versions. */
	server: string | null;
	kind: RevocationKind | null;
	attempts: number;
	nextAttemptAt: Date;
	createdAt: Date | null;
}

/** What is revoked: a session, or the code of a sign-in whose end was lost. */
export type RevocationKind = "session" | "code";
