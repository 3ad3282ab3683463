import { isAPIError } from "@better-auth/core/utils/is-api-error";
import type { GenericEndpointContext, StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint, formCsrfMiddleware, getSessionFromCtx } from "better-auth/api";
import * as z from "zod";
import { linkingEnabled } from "../accounts/linking-enabled.ts";
import { apiError } from "../base/api-error.ts";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError, toBskyError } from "../errors.ts";
import { parseIdentifier } from "../identity/identifier.ts";
import { redirectUri } from "../oauth/redirect-uri.ts";
import { requireMayAct, requireNotBanned } from "../sessions/may-act.ts";
import { type PendingSignIn, saveState } from "../stores/state-store.ts";
import { rememberBrowser } from "./browser-cookie.ts";
import { doChores } from "./chores.ts";
import { redirectWithError } from "./navigation.ts";
import * as openapi from "./openapi.ts";
import { checkReturnTo } from "./return-to.ts";

/** The body of `POST /bsky/sign-in`, as JSON or as a form. */
export interface SignInBody {
	/** A handle, a DID, or the URL of a PDS; pasted forms such as `@alice.example` are fine. */
	handle: string;
	/** Where to go after the sign-in: a path, or a URL of a trusted origin. @default "/" */
	callbackURL?: string | undefined;
	/** Where to go when it fails, with `?error=`. @default better-auth's error page */
	errorCallbackURL?: string | undefined;
	/** Where a new user goes instead of `callbackURL`. */
	newUserCallbackURL?: string | undefined;
	/** Allows a new user where `disableImplicitSignUp` is set. */
	requestSignUp?: boolean | undefined;
	/** Answer with the URL only, and leave going there to the caller. @default false */
	disableRedirect?: boolean | undefined;
}

/** Longest address that is kept for the way back, in characters: nobody knows yet who asks for it. */
const MAX_URL = 4096;

const address = z.string().max(MAX_URL).optional();

// A form knows no booleans.
const YES = ["true", "on", "1"] as const;
const NO = ["false", "off", "0", ""] as const;
const flag = z
	.union([z.boolean(), z.enum(YES).transform(() => true), z.enum(NO).transform(() => false)])
	.optional();

type Body = Omit<SignInBody, "handle"> & { handle?: unknown; username?: unknown };

type ReturnTo = Omit<Body, "handle" | "username" | "disableRedirect">;

const bodySchema: StandardSchemaV1<unknown, Body> = z.object({
	// Checked by parseIdentifier(), which answers in words for a person.
	handle: z.unknown().optional(),
	// The same under the name that a form's field has for password managers. A button that sends a
	// handle of its own goes before it.
	username: z.unknown().optional(),
	callbackURL: address,
	errorCallbackURL: address,
	newUserCallbackURL: address,
	requestSignUp: flag,
	disableRedirect: flag,
});

const bodyDocument = {
	handle: openapi.text("A handle, a DID, or the URL of a PDS"),
	callbackURL: openapi.text(),
	errorCallbackURL: openapi.text(),
	newUserCallbackURL: openapi.text(),
	requestSignUp: openapi.flag,
	disableRedirect: openapi.flag,
} satisfies Record<keyof SignInBody, unknown>;

const FORM = "application/x-www-form-urlencoded";

/** Begins a sign-in; for a signed-in user, the linking of an account. */
export const signInBsky = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.signIn,
		{
			method: "POST",
			body: bodySchema,
			use: [formCsrfMiddleware],
			metadata: {
				allowedMediaTypes: ["application/json", FORM],
				$Infer: { body: {} as SignInBody, returned: {} as { url: string; redirect: boolean } },
				openapi: {
					operationId: "signInBsky",
					description:
						"Begin a sign-in with an AT Protocol account. A signed-in user connects the account. A plain HTML form is answered with a redirect.",
					requestBody: openapi.takes(openapi.object(bodyDocument, ["handle"])),
					responses: openapi.answers(
						"Where to send the browser",
						openapi.object({ url: openapi.text(), redirect: openapi.flag }),
					),
				},
			},
		},
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			const body: Body = ctx.body;
			const { username, handle = username, disableRedirect = false, ...rest } = body;
			const returnTo = withoutEmpty(rest);
			const isForm = ctx.headers?.get("content-type")?.startsWith(FORM);
			try {
				const url = await begin(ctx, bsky, handle, returnTo);
				if (isForm) throw ctx.redirect(url.href);
				return ctx.json({ url: url.href, redirect: !disableRedirect });
			} catch (error) {
				if (isAPIError(error)) throw error;
				const failure = toBskyError(error);
				if (failure.cause) bsky.logOutcome("A sign-in could not begin.", failure);
				throw isForm
					? redirectWithError(ctx, failure, returnTo.errorCallbackURL)
					: apiError(failure);
			}
		},
	);

/** A field that is there and empty, as forms have them, says nothing. */
const withoutEmpty = (returnTo: ReturnTo): ReturnTo => ({
	...returnTo,
	callbackURL: returnTo.callbackURL || undefined,
	errorCallbackURL: returnTo.errorCallbackURL || undefined,
	newUserCallbackURL: returnTo.newUserCallbackURL || undefined,
});

/** @returns where to send the browser */
async function begin(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	handle: unknown,
	{ callbackURL = "/", ...returnTo }: ReturnTo,
): Promise<URL> {
	checkReturnTo(ctx, { callbackURL, ...returnTo });
	const identifier = parseIdentifier(handle, { allowHttp: bsky.allowHttp });
	if (typeof identifier === "string") throw new BskyError(identifier);
	const link = await linkOf(ctx, bsky);
	const backTo = await redirectUri(bsky.baseURL);
	const oauth = await bsky.oauth(backTo);
	const { requireKnown, startSignIn } = await import("../oauth/start.ts");
	await requireKnown(oauth, identifier);
	const browser = await rememberBrowser(ctx);
	const { url, state, sdk } = await startSignIn(oauth, identifier, backTo);
	const pending = { ...returnTo, callbackURL, link, redirectUri: backTo, sdk };
	await saveState(bsky.context, state, browser, pending);
	return url;
}

/**
 * Who connects an account, where somebody is signed in. A session that has ended counts as none, also
 * while a cookie still remembers it: they would come back from their server in vain.
 */
async function linkOf(ctx: GenericEndpointContext, bsky: Bsky): Promise<PendingSignIn["link"]> {
	const signedIn = await getSessionFromCtx<{
		bskyDid?: string | null;
		isAnonymous?: boolean | null;
	}>(ctx, { disableCookieCache: true });
	// A guest of better-auth's anonymous plugin signs in as somebody; they have nothing to connect to.
	if (!signedIn || signedIn.user.isAnonymous) return undefined;
	requireMayAct(bsky, signedIn.session);
	await requireNotBanned(bsky, signedIn.user.id);
	// Who has an account connected may be signing in to it again; the callback knows.
	if (!linkingEnabled(bsky) && !signedIn.user.bskyDid) throw new BskyError("LINKING_DISABLED");
	return { userId: signedIn.user.id, sessionToken: signedIn.session.token };
}
