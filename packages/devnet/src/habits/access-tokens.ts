import type { PDS } from "@atproto/pds";
import { type Habit, rewriting } from "./habit.ts";
import {
	accessTokenOf,
	idOf,
	invalidToken,
	isTokenRequest,
	OPAQUE,
	withTokens,
} from "./messages.ts";
import { put, wrap } from "./wrap.ts";

const LIFETIME = 300;

const isKnown = async ({ ctx }: PDS, token: string): Promise<boolean> =>
	(await ctx.accountManager.db.db
		.selectFrom("token")
		.select("id")
		.where("tokenId", "=", idOf(token) as `tok-${string}`)
		.executeTakeFirst()) !== undefined;

export const newestAccessTokenOnly = (): Habit => ({
	front: async (asked, next, server) => {
		const token = accessTokenOf(asked);
		if (!token || (await isKnown(server, token))) return next();
		return invalidToken("Token is not known");
	},
});

/**
 * As behind an entryway, whose tokens say all that there is to know. Not from outside: the server
 * refuses such a token by itself.
 */
export const olderAccessTokensLive = (): Habit => ({
	within: ({ ctx: { oauthProvider } }) => {
		if (!oauthProvider) return () => {};
		const { tokenManager } = oauthProvider;
		const undo = [
			put(tokenManager, "accessTokenMode", "stateless"),
			wrap(tokenManager, "loadTokenClaims", (load, type, payload) =>
				Reflect.has(Object(payload), "scope") ? payload : load(type, payload),
			),
		];
		return () => undo.forEach((step) => void step());
	},
});

export function shortLivedAccessTokens(): Habit {
	const ends = new Map<unknown, number>();
	return {
		front: async (asked, next) => {
			const end = ends.get(accessTokenOf(asked));
			if (end !== undefined && Date.now() >= end) return invalidToken("Token has expired");
			const answer = await next();
			if (!isTokenRequest(asked)) return answer;
			return withTokens(answer, (fields) => {
				ends.set(fields.access_token, Date.now() + LIFETIME * 1000);
				return { ...fields, expires_in: LIFETIME };
			});
		},
	};
}

export const noExpiresIn = (): Habit =>
	rewriting(isTokenRequest, (answer) =>
		withTokens(answer, ({ expires_in: _, ...fields }) => fields),
	);

export const extraTokenFields = (): Habit =>
	rewriting(isTokenRequest, (answer) =>
		withTokens(answer, (fields) => ({ ...fields, did: fields.sub, refresh_expires_in: 2_592_000 })),
	);

/** Not from outside: the client's proofs carry a digest of the access token that it was given. */
export function opaqueAccessTokens(): Habit {
	const tokens = new Map<unknown, unknown>();
	return {
		within: ({ ctx: { oauthProvider } }) => {
			if (!oauthProvider) return () => {};
			const undo = [
				wrap(oauthProvider.signer, "createAccessToken", async (create, payload) => {
					const token = `${OPAQUE}${Reflect.get(Object(payload), "jti")}`;
					tokens.set(token, await create(payload));
					return token;
				}),
				wrap(oauthProvider, "decodeToken", (decode, type, token, proof) =>
					decode(type, tokens.get(token) ?? token, proof),
				),
			];
			return () => undo.forEach((step) => void step());
		},
	};
}

/** A claim that nobody reads, as long as makes the token 8 kB. */
const PADDING = "x".repeat(5700);

/** Not from outside, for the same reason. */
export const largeAccessTokens = (): Habit => ({
	within: ({ ctx: { oauthProvider } }) =>
		oauthProvider
			? wrap(oauthProvider.signer, "createAccessToken", (create, payload) =>
					create({ ...Object(payload), padding: PADDING }),
				)
			: () => {},
});
