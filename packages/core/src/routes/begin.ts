import type { GenericEndpointContext } from "better-auth";
import { describeSpan, traced } from "../base/traced.ts";
import type { Bsky } from "../bsky.ts";
import type { Identifier } from "../identity/identifier.ts";
import type { Request } from "../oauth/start.ts";
import type { SavedState } from "../stores/saved.ts";
import { type PendingSignIn, saveState, sealState } from "../stores/state-store.ts";
import type { ReturnTo } from "./body.ts";
import { markOrigin } from "./bounce.ts";
import { rememberBrowser } from "./browser-cookie.ts";
import { isFromExpo } from "./expo.ts";
import { noteBegun } from "./lost-state.ts";
import type { Attempt } from "./outcome.ts";
import { fallbackOf } from "./scope-to-ask.ts";

/** What a sign-in begins with. */
interface Beginning {
	identifier: Identifier;
	request: Pick<Request, "scope" | "prompt">;
	/** Who connects an account, or which guest signs in. */
	who: Pick<PendingSignIn, "link" | "guestToken" | "isUpgrade">;
	/** What the account is to keep, whatever its server refuses. */
	granted?: string | null;
	returnTo: ReturnTo;
	/** The base URL as the browser has it. */
	begunAt: URL;
	attempt: Attempt;
}

/** @returns where to send the browser */
export async function begin(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	{ identifier, request, who, granted, returnTo, begunAt, attempt }: Beginning,
): Promise<string> {
	const redirectUri = await bsky.redirectUri(begunAt.hostname);
	const oauth = await bsky.oauth(redirectUri);
	const { requireKnown, serverOf, startSignIn } = await import("../oauth/start.ts");
	const identity = await traced(bsky.context, "bsky resolve", undefined, () =>
		requireKnown(oauth, identifier),
	);
	const { did } = identity ?? {};
	Object.assign(attempt, { did, userId: who.link?.userId, issuer: serverOf(identifier, identity) });
	const isApp = isFromExpo(ctx, returnTo.callbackURL);
	const again = request.prompt === "select_account" ? { scope: request.scope } : undefined;
	const prepare = async (state: string, sdk: SavedState) => {
		attempt.issuer = sdk.iss;
		await describeSpan(ctx.context, { "bsky.issuer": sdk.iss });
		const browser = isApp ? state : await rememberBrowser(ctx);
		const pending = { ...returnTo, ...who, again, redirectUri, did, sdk };
		return { state, sealed: await sealState(bsky.context, state, browser, pending) };
	};
	const makeState = markOrigin(bsky, begunAt, redirectUri);
	const { url, row } = await traced(bsky.context, "bsky par", undefined, () =>
		startSignIn(
			oauth,
			identifier,
			identity,
			{
				redirectUri,
				...request,
				fallback: (refused) => fallbackOf(bsky, refused, granted ?? undefined),
			},
			prepare,
			makeState,
		),
	);
	const { state, sealed } = await row;
	await saveState(bsky.context, bsky.memory, sealed);
	await noteBegun(ctx, bsky, state);
	if (isApp) url.searchParams.set("state", state);
	return url.href;
}

/**
 * Begins a sign-in anew that a server sent back because it knows no account to choose on this device:
 * the same, without that wish. Who came without a handle is asked by the server who they are.
 */
export function beginAgain(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	{ did, sdk, link, guestToken, ...pending }: PendingSignIn,
	request: NonNullable<PendingSignIn["again"]>,
	begunAt: URL,
	attempt: Attempt,
): Promise<string> {
	const identifier: Identifier = did
		? { type: "did", value: did }
		: { type: "server", value: sdk.iss };
	const { callbackURL, errorCallbackURL, newUserCallbackURL, requestSignUp } = pending;
	const returnTo = { callbackURL, errorCallbackURL, newUserCallbackURL, requestSignUp };
	const who = { link, guestToken };
	return begin(ctx, bsky, { identifier, request, who, returnTo, begunAt, attempt });
}
