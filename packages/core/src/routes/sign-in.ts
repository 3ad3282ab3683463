import type { GenericEndpointContext, StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint, formCsrfMiddleware, getSessionFromCtx } from "better-auth/api";
import { z } from "zod";
import { linkingEnabled } from "../accounts/settle.ts";
import { type Bsky, logFailure } from "../context.ts";
import { BskyError } from "../errors.ts";
import type { Identifier } from "../identity/identifier.ts";
import type { BskyOAuthClient, SignInTarget } from "../oauth/client.ts";
import { loopbackRedirectHost } from "../oauth/loopback.ts";
import {
	type PendingSignIn,
	removeState,
	saveState,
	scheduleCleanup,
} from "../stores/state-store.ts";
import { rememberBrowser } from "./browser-cookie.ts";
import { apiError, redirectWithError } from "./navigation.ts";

/** The body of `POST /bsky/sign-in`, as JSON or as a form. */
export interface SignInBody {
	/** A handle, a DID, or the URL of a PDS; pasted forms such as `@alice.example` are fine. */
	handle: string;
	/** Where to go after the sign-in: a path, or a URL of a trusted origin. @default "/" */
	callbackURL?: string;
	/** Where to go when it fails, with `?error=`. @default better-auth's error page */
	errorCallbackURL?: string;
	/** Where a new user goes instead of `callbackURL`. */
	newUserCallbackURL?: string;
	/** Allows a new user where `disableImplicitSignUp` is set. */
	requestSignUp?: boolean;
	/** Answer with the URL only, and leave going there to the caller. @default false */
	disableRedirect?: boolean;
}

// A form knows no booleans.
const flag = z.union([z.boolean(), z.enum(["true", "on", "1"]).transform(() => true)]).optional();

type Body = Omit<SignInBody, "handle"> & { handle?: unknown; username?: unknown };

const bodySchema: StandardSchemaV1<unknown, Body> = z.object({
	// Checked by parseIdentifier(), which answers in words for a person.
	handle: z.unknown().optional(),
	// The same under the name that a form's field has for password managers. A button that sends a
	// handle of its own goes before it.
	username: z.unknown().optional(),
	callbackURL: z.string().optional(),
	errorCallbackURL: z.string().optional(),
	newUserCallbackURL: z.string().optional(),
	requestSignUp: flag,
	disableRedirect: flag,
});

/** Begins a sign-in; for a signed-in user, the linking of an account. */
export const signInBsky = (bsky: Bsky) =>
	createAuthEndpoint(
		"/bsky/sign-in",
		{
			method: "POST",
			body: bodySchema,
			use: [formCsrfMiddleware],
			metadata: {
				allowedMediaTypes: ["application/json", "application/x-www-form-urlencoded"],
				$Infer: {
					body: {} as SignInBody,
					returned: {} as { url: string; redirect: boolean },
				},
				openapi: {
					operationId: "signInBsky",
					description:
						"Begin a sign-in with an AT Protocol account. A signed-in user connects the account.",
					requestBody: {
						content: {
							"application/json": {
								schema: {
									type: "object",
									required: ["handle"],
									properties: {
										handle: {
											type: "string",
											description: "A handle, a DID, or the URL of a PDS",
										},
										callbackURL: { type: "string" },
										errorCallbackURL: { type: "string" },
										newUserCallbackURL: { type: "string" },
										requestSignUp: { type: "boolean" },
										disableRedirect: { type: "boolean" },
									},
								},
							},
						},
					},
					responses: {
						200: {
							description: "Where to send the browser",
							content: {
								"application/json": {
									schema: {
										type: "object",
										properties: { url: { type: "string" }, redirect: { type: "boolean" } },
									},
								},
							},
						},
					},
				},
			},
		},
		async (ctx) => {
			const body: Body = ctx.body;
			const { username, handle = username, disableRedirect = false, ...returnTo } = body;
			const isForm = ctx.headers
				?.get("content-type")
				?.startsWith("application/x-www-form-urlencoded");
			try {
				const url = await begin(ctx, bsky, handle, returnTo);
				scheduleCleanup(ctx.context);
				if (isForm) throw ctx.redirect(url.href);
				return ctx.json({ url: url.href, redirect: !disableRedirect });
			} catch (error) {
				if (!(error instanceof BskyError)) throw error;
				if (error.cause) logFailure(ctx.context, "A sign-in could not begin.", error);
				throw isForm ? redirectWithError(ctx, error, returnTo.errorCallbackURL) : apiError(error);
			}
		},
	);

async function begin(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	handle: unknown,
	returnTo: Omit<Body, "handle" | "username" | "disableRedirect">,
): Promise<URL> {
	const { parseIdentifier } = await import("../identity/identifier.ts");
	const { signInError } = await import("../oauth/errors.ts");
	const identifier = parseIdentifier(handle, { allowHttp: bsky.allowHttp(ctx.context) });
	const link = await linkOf(ctx);
	const oauth = await bsky.oauth(ctx.context);
	try {
		return await oauth.authorize(
			identifier.value,
			targetOf(ctx, requireKnown(oauth, identifier), {
				...returnTo,
				callbackURL: returnTo.callbackURL ?? "/",
				link,
			}),
		);
	} catch (error) {
		throw signInError(error);
	}
}

async function targetOf(
	ctx: GenericEndpointContext,
	known: Promise<void>,
	returnTo: Omit<PendingSignIn, "sdk" | "redirectUri">,
): Promise<SignInTarget> {
	const [browser, redirectUri] = await Promise.all([
		rememberBrowser(ctx),
		redirectUriOf(ctx),
		known,
	]);
	const pending = { ...returnTo, redirectUri };
	return {
		redirectUri,
		states: {
			save: (state, sdk) => saveState(ctx.context, state, browser, { ...pending, sdk }),
			remove: (state) => removeState(ctx.context, state, browser),
		},
	};
}

async function linkOf(ctx: GenericEndpointContext): Promise<PendingSignIn["link"]> {
	const signedIn = await getSessionFromCtx<{ bskyDid?: string | null }>(ctx);
	if (!signedIn) return undefined;
	// Who has an account connected may be signing in to it again; the callback knows.
	if (!linkingEnabled(ctx) && !signedIn.user.bskyDid) throw new BskyError("LINKING_DISABLED");
	return { userId: signedIn.user.id, sessionToken: signedIn.session.token };
}

/** Tells a mistyped handle from a server that is down. What it finds out stays in the cache. */
async function requireKnown(oauth: BskyOAuthClient, { type, value }: Identifier): Promise<void> {
	if (type === "server") return;
	try {
		await oauth.identityResolver.resolve(value);
	} catch (error) {
		const { resolutionError } = await import("../oauth/errors.ts");
		throw resolutionError(error);
	}
}

async function redirectUriOf(ctx: GenericEndpointContext): Promise<string> {
	const url = new URL(`${ctx.context.baseURL}/bsky/callback`);
	if (url.protocol === "http:") url.hostname = await loopbackRedirectHost(url);
	return url.href;
}
