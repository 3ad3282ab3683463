import type { GenericEndpointContext, Session, StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint, getSessionFromCtx } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import * as z from "zod";
import type { Arrival } from "../accounts/arrival.ts";
import { type Settled, settle } from "../accounts/settle.ts";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { fetchProfile } from "../identity/profile.ts";
import { checkIssuer, denialWithoutState, responseParameters } from "../oauth/response.ts";
import { requireNotBanned } from "../sessions/may-act.ts";
import { revokeCode } from "../sessions/revoke.ts";
import { consumeState, type PendingSignIn } from "../stores/state-store.ts";
import { loopbackBounce } from "./bounce.ts";
import { readBrowser } from "./browser-cookie.ts";
import { doChores } from "./chores.ts";
import { leaveGuest, readGuest } from "./guest.ts";
import { absoluteUrl, isRedirect, redirectWithError } from "./navigation.ts";

const anyQuery: StandardSchemaV1<Record<string, unknown> | undefined> = z
	.record(z.string(), z.unknown())
	.optional();

/** Where the authorization server sends the browser back to. It always ends in a redirect. */
export const callbackBsky = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.callback,
		{
			method: "GET",
			query: anyQuery,
			metadata: {
				scope: "http",
				openapi: {
					description: "OAuth callback; a browser arrives here from its authorization server",
					responses: { 302: { description: "On to the app, or to its error page" } },
				},
			},
		},
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			const query = ctx.query ?? {};
			const host = ctx.headers?.get("host") ?? null;
			const bounce = loopbackBounce(bsky.baseURL, host, query);
			if (bounce) throw ctx.redirect(bounce.href);
			doChores(bsky);

			let pending: PendingSignIn | null = null;
			let settled: Settled;
			try {
				pending = await takeState(ctx, query);
				settled = await complete(bsky, pending, responseParameters(query));
			} catch (error) {
				// A hook of the app may send the person somewhere else.
				if (isRedirect(error)) throw error;
				if (!(error instanceof BskyError) || error.cause) {
					bsky.logOutcome("A sign-in could not be completed.", error);
				}
				throw redirectWithError(ctx, error, pending?.errorCallbackURL);
			}
			const guest = settled.session && (await readGuest(ctx));
			const session = settled.session ?? (await cachedSession(ctx, settled.user.id));
			if (session) await setSessionCookie(ctx, { session, user: settled.user });
			if (guest) await leaveGuest(ctx, bsky, guest);
			const { callbackURL, newUserCallbackURL } = pending;
			const target = settled.isNewUser ? (newUserCallbackURL ?? callbackURL) : callbackURL;
			throw ctx.redirect(absoluteUrl(ctx, target));
		},
	);

/** The session whose cookie holds a copy of the user, which linking has changed. */
async function cachedSession(ctx: GenericEndpointContext, userId: string): Promise<Session | null> {
	if (!ctx.context.options.session?.cookieCache?.enabled) return null;
	const current = await getSessionFromCtx(ctx, { disableCookieCache: true });
	return current?.user.id === userId ? current.session : null;
}

async function takeState(
	ctx: GenericEndpointContext,
	query: Record<string, unknown>,
): Promise<PendingSignIn> {
	const denial = denialWithoutState(query);
	if (denial) throw denial;
	const { state } = query;
	const browser = await readBrowser(ctx);
	if (typeof state !== "string" || state === "" || !browser) throw new BskyError("STATE_NOT_FOUND");
	const pending = await consumeState(ctx.context, state, browser);
	if (!pending) throw new BskyError("STATE_NOT_FOUND");
	return pending;
}

async function complete(
	bsky: Bsky,
	pending: PendingSignIn,
	params: URLSearchParams,
): Promise<Settled> {
	checkIssuer(params, pending.sdk.iss);
	if (pending.link) await requireNotBanned(bsky, pending.link.userId);
	const arrival = await exchange(bsky, pending, params);
	const settled = await settle(bsky, pending, arrival);
	const { profile, handleInDoubt } = arrival;
	if (profile && handleInDoubt === undefined) bsky.profiles.set(profile.did, profile);
	return settled;
}

async function exchange(
	bsky: Bsky,
	{ sdk, redirectUri }: PendingSignIn,
	params: URLSearchParams,
): Promise<Arrival> {
	try {
		const oauth = await bsky.oauthOf(sdk.clientId);
		// Begun at a base URL that this app doesn't answer at any more.
		if (!oauth) throw new BskyError("STATE_NOT_FOUND");
		const { exchangeCode } = await import("../oauth/exchange.ts");
		const exchanged = await exchangeCode(oauth, params, sdk, redirectUri);
		const { session, saved, handle, handleInDoubt } = exchanged;
		const { did } = session;
		const fetch = session.fetchHandler.bind(session);
		const reader = { did, aud: saved.tokenSet.aud, fetch };
		const profile = await fetchProfile(reader, handle, bsky.allowHttp);
		return { did, saved, handle, handleInDoubt, profile, stored: false };
	} catch (error) {
		const code = params.get("code");
		if (code) await revokeCode(bsky, sdk, code, error);
		throw error;
	}
}
