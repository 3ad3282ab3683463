import type { StandardSchemaV1 } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import * as z from "zod";
import { importAccount } from "../accounts/import-account.ts";
import { apiError } from "../base/api-error.ts";
import { isDid } from "../base/did.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { readForeignSession } from "../stores/foreign-session.ts";
import type { SavedSession } from "../stores/saved.ts";

/** A key of P-256 that can sign, as a JWK. */
export interface ImportedKey {
	kty: string;
	crv?: string | undefined;
	x?: string | undefined;
	y?: string | undefined;
	d?: string | undefined;
}

/** A session as `@atproto/oauth-client-node` stores it (`NodeSavedSession`), or atcute. */
export interface ImportedSession {
	/** The `client_id` that it began as: today's, or one of `legacy.clients`. @default today's */
	clientId?: string | undefined;
	/** The DPoP key of the SDK. */
	dpopJwk?: ImportedKey | undefined;
	/** The DPoP key by atcute's name for it. */
	dpopKey?: ImportedKey | undefined;
	/** How the client authenticates. @default as today's does */
	authMethod?: { method: string; kid?: string | undefined } | "legacy" | undefined;
	/** The tokens, with `expires_at` as a date or in milliseconds since 1970. */
	tokenSet: {
		iss: string;
		sub: string;
		aud: string;
		scope: string;
		access_token: string;
		refresh_token?: string | undefined;
		token_type: string;
		expires_at?: string | number | undefined;
	};
}

/** The body of `auth.api.importBskyAccount()`. */
export interface ImportBskyAccountBody {
	/** Whose it is was proven to the app earlier, by another plugin or code of its own. */
	did: string;
	/** The user whose it becomes. */
	userId: string;
	/** A session of it that goes on. */
	session?: ImportedSession | undefined;
	/** Looks at everything but whose the DID is by now, and writes nothing. @default false */
	dryRun?: boolean | undefined;
}

/** What `auth.api.importBskyAccount()` takes, as better-auth calls endpoints. */
export interface ImportBskyAccountInput {
	body: ImportBskyAccountBody;
}

type ImportBskyAccount = ((input: ImportBskyAccountInput) => Promise<{ success: boolean }>) & {
	path: string;
	options: { method: "POST"; metadata: { SERVER_ONLY: true } };
};

const bodySchema: StandardSchemaV1<ImportBskyAccountBody> = z.object({
	did: z.string(),
	userId: z.string(),
	// Read by readForeignSession(), which says what is wrong with it.
	session: z.custom<ImportedSession>().optional(),
	dryRun: z.boolean().optional(),
});

/**
 * `auth.api.importBskyAccount()`: connects a DID to a user, with a session of it that goes on, for jobs
 * that bring people from elsewhere. It is believed: nobody proves the DID. It has no path: only the
 * server can call it. All of it is written, or nothing, and it may be called again: a session that the
 * person has had since stays, and the one that is brought is then revoked.
 *
 * Errors are better-auth's APIError with a `code`: INVALID_DID, USER_NOT_FOUND, INVALID_SESSION (with
 * what is wrong with it), ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER.
 */
export function importBskyAccount(plugin: BskyPlugin): ImportBskyAccount {
	const options = { method: "POST", body: bodySchema } as const;
	const endpoint = createAuthEndpoint.serverOnly(options, async (ctx) => {
		const bsky = plugin.at(ctx.context);
		const { did, userId, session, dryRun }: ImportBskyAccountBody = ctx.body;
		if (!isDid(did)) throw refusal("INVALID_DID", `${JSON.stringify(did)} is no DID.`);
		const user: BskyUser | null = await ctx.context.internalAdapter.findUserById(userId);
		if (!user) throw refusal("USER_NOT_FOUND", "There is no user by that ID.");
		const saved = session ? await readSession(bsky, did, session) : null;
		if (dryRun) return ctx.json({ success: true });
		try {
			await importAccount(bsky, { did, saved }, user);
		} catch (error) {
			throw apiError(error);
		}
		return ctx.json({ success: true });
	});
	// Said by its names alone: an app's `auth` would spell out zod's types.
	return endpoint as unknown as ImportBskyAccount;
}

const refusal = (code: string, message: string) => new APIError("BAD_REQUEST", { code, message });

/** @throws {APIError} INVALID_SESSION where nobody could act with it */
async function readSession(
	bsky: Bsky,
	did: string,
	{ authMethod, clientId, ...session }: ImportedSession,
): Promise<SavedSession> {
	const invalid = (what: string) =>
		refusal("INVALID_SESSION", `The session can't be used. ${what}`);
	// A table says null, and may say anything.
	const oauth = await bsky.oauthOf(clientId == null ? undefined : String(clientId));
	if (!oauth) {
		throw invalid(
			"clientId: this app has no such client. If it had one, name it in legacy.clients.",
		);
	}
	const given = authMethod === "legacy" ? undefined : authMethod;
	const read = readForeignSession({ ...session, authMethod: given ?? oauth.authMethod });
	if (typeof read === "string") throw invalid(read);
	if (read.tokenSet.sub !== did) throw invalid("tokenSet.sub: it is of another DID.");
	const method = read.authMethod;
	const { signingKeys } = bsky.options;
	if (method.method === "private_key_jwt" && !signingKeys.some(({ kid }) => kid === method.kid)) {
		throw invalid(
			`authMethod.kid: privateKey has no key by that name. Add it, as a JWK with "kid": ${JSON.stringify(method.kid)}.`,
		);
	}
	const { checkTokens } = await import("../oauth/exchange.ts");
	const { Es256Key } = await import("../oauth/es256-key.ts");
	try {
		await new Es256Key(read.dpopJwk).createJwt({}, {});
		checkTokens(read.tokenSet);
	} catch {
		throw invalid("dpopJwk is no key, or the tokens are none.");
	}
	return { ...read, clientId: oauth.id };
}
