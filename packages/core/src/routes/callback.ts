import type { GenericEndpointContext, StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import * as z from "zod";
import type { Arrival } from "../accounts/arrival.ts";
import { settle } from "../accounts/settle.ts";
import { PATHS } from "../base/paths.ts";
import { traced } from "../base/traced.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { fetchEmail, mayReadEmail, speaksFor } from "../identity/email.ts";
import { fetchProfile } from "../identity/profile.ts";
import type { Reader } from "../identity/reader.ts";
import type { Exchanged } from "../oauth/exchange.ts";
import { checkIssuer, denialWithoutState, responseParameters } from "../oauth/response.ts";
import { requireNotBanned } from "../sessions/may-act.ts";
import { revokeCode, revokeRefused } from "../sessions/revoke.ts";
import { consumeState, type NoState, type PendingSignIn } from "../stores/state-store.ts";
import { beginAgain } from "./begin.ts";
import { bounce, openedAt } from "./bounce.ts";
import { readBrowser } from "./browser-cookie.ts";
import { renewCachedSession } from "./cached-session.ts";
import { doChores } from "./chores.ts";
import { readProxied } from "./expo.ts";
import { lostState, noteUsed } from "./lost-state.ts";
import { absoluteUrl, isRedirect, redirectWithError } from "./navigation.ts";
import { type Attempt, type Landed, tellFailure, tellSuccess } from "./outcome.ts";

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
			doChores(bsky);

			const attempt: Attempt = { since: Date.now() };
			let pending: PendingSignIn | null = null;
			let settled: Landed;
			try {
				pending = await takeState(ctx, bsky, query);
				Object.assign(attempt, knownOf(pending));
				const params = responseParameters(query);
				checkIssuer(params, pending.sdk.iss);
				if (pending.again && params.get("error") === "account_selection_required") {
					const again = await beginAgain(
						ctx,
						bsky,
						pending,
						pending.again,
						openedAt(ctx, bsky),
						attempt,
					);
					throw ctx.redirect(again);
				}
				settled = await complete(ctx, bsky, pending, params);
			} catch (error) {
				// On to where it began; or a hook of the app sends the person somewhere else.
				if (isRedirect(error)) throw error;
				await tellFailure(bsky, attempt, "A sign-in could not be completed.", error);
				throw redirectWithError(ctx, error, pending?.errorCallbackURL);
			}
			await tellSuccess(bsky, attempt, settled);
			const { session, user } = settled;
			await (session ? setSessionCookie(ctx, { session, user }) : renewCachedSession(ctx, plugin));
			throw ctx.redirect(absoluteUrl(ctx, targetOf(pending, settled)));
		},
	);

const knownOf = ({ sdk, did, link }: PendingSignIn): Omit<Attempt, "since"> => ({
	issuer: sdk.iss,
	did,
	userId: link?.userId,
});

const targetOf = ({ callbackURL, newUserCallbackURL }: PendingSignIn, { how }: Landed): string =>
	how === "signed_up" ? (newUserCallbackURL ?? callbackURL) : callbackURL;

async function takeState(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	query: Record<string, unknown>,
): Promise<PendingSignIn> {
	const denial = denialWithoutState(query);
	if (denial) throw denial;
	const { state } = query;
	if (typeof state !== "string" || state === "") throw await lostState(ctx, bsky, "no_state");
	const pending = await findState(ctx, state);
	if (typeof pending === "string") {
		const elsewhere = await bounce(bsky, ctx.headers?.get("host") ?? null, query);
		throw elsewhere ? ctx.redirect(elsewhere.href) : await lostState(ctx, bsky, pending);
	}
	await rememberGuest(ctx, pending);
	await noteUsed(bsky, state);
	return pending;
}

async function findState(
	ctx: GenericEndpointContext,
	state: string,
): Promise<PendingSignIn | NoState> {
	const browser = await readBrowser(ctx);
	const pending = browser ? await consumeState(ctx.context, state, browser) : "no_row";
	const isOfApp = typeof pending === "string" && (await readProxied(ctx)) === state;
	if (!isOfApp) return pending;
	return consumeState(ctx.context, state, state);
}

/** Lets hooks see the guest who began: the browser that an app opens hasn't their cookie. */
async function rememberGuest(
	{ context }: GenericEndpointContext,
	{ guestToken }: PendingSignIn,
): Promise<void> {
	const guest = guestToken ? await context.internalAdapter.findSession(guestToken) : null;
	if (guest?.user.isAnonymous && guest.session.expiresAt > new Date()) context.session = guest;
}

async function complete(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	pending: PendingSignIn,
	params: URLSearchParams,
): Promise<Landed> {
	if (pending.link) await requireNotBanned(bsky, pending.link.userId);
	const arrival = await exchange(ctx, bsky, pending, params);
	const settled = await settle(bsky, pending, arrival);
	const { profile, handleInDoubt } = arrival;
	if (profile && handleInDoubt === undefined) bsky.memory.profiles.set(profile.did, profile);
	return { ...settled, did: arrival.did, issuer: pending.sdk.iss };
}

async function exchange(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	{ sdk, redirectUri, isUpgrade, did: asked }: PendingSignIn,
	params: URLSearchParams,
): Promise<Arrival> {
	let token: string | undefined;
	let did = asked;
	try {
		const oauth = await bsky.oauthOf(sdk.clientId);
		// Begun at a base URL that this app doesn't answer at any more.
		if (!oauth) throw await lostState(ctx, bsky, "other_client");
		const { exchangeCode } = await import("../oauth/exchange.ts");
		const exchanged = await traced(bsky.context, "bsky exchange", sdk.iss, () =>
			exchangeCode(oauth, params, sdk, redirectUri, (arrived) => {
				token = arrived;
			}),
		);
		const { session, saved, handle, handleInDoubt } = exchanged;
		did = session.did;
		if (isUpgrade && did !== asked) throw new BskyError("WRONG_ACCOUNT");
		const fetch = session.fetchHandler.bind(session);
		const reader = { did, aud: saved.tokenSet.aud, fetch };
		const [profile, email] = await Promise.all([
			fetchProfile(reader, handle, bsky.allowHttp),
			emailOf(bsky, reader, exchanged),
		]);
		return { did, saved, handle, handleInDoubt, profile, email, stored: false };
	} catch (error) {
		const code = params.get("code");
		if (token) await revokeRefused(bsky, { owner: sdk, kind: "session", did, token });
		else if (code) await revokeCode(bsky, sdk, code, error);
		throw error;
	}
}

async function emailOf(
	{ options }: Bsky,
	reader: Reader,
	{ session, saved: { tokenSet } }: Exchanged,
): Promise<Arrival["email"]> {
	// A server may grant what the app never asks for.
	const scopes = [options.clientMetadata.scope, tokenSet.scope];
	const said = scopes.every(mayReadEmail) ? await fetchEmail(reader) : null;
	if (!said) return null;
	const { protected_resources } = session.server.serverMetadata;
	const isBelieved =
		options.trustedEmailIssuers.includes(tokenSet.iss) && speaksFor(tokenSet, protected_resources);
	return { address: said.address, isVerified: said.isConfirmed && isBelieved };
}
