import type { GenericEndpointContext, StandardSchemaV1 } from "better-auth";
import {
	createAuthEndpoint,
	formCsrfMiddleware,
	getAuthoritativeSessionFromCtx,
	isStateful,
} from "better-auth/api";
import * as z from "zod";
import { accountRows } from "../accounts/account-rows.ts";
import { linkingEnabled } from "../accounts/linking-enabled.ts";
import { MAX_SCOPE } from "../base/bounded-answer.ts";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { type Identifier, parseIdentifier } from "../identity/identifier.ts";
import { requireMayAct, requireNotBanned } from "../sessions/may-act.ts";
import type { PendingSignIn } from "../stores/state-store.ts";
import { begin } from "./begin.ts";
import { address, FORM, flag, withoutEmpty } from "./body.ts";
import { openedAt } from "./bounce.ts";
import { doChores } from "./chores.ts";
import { leave } from "./leave.ts";
import * as openapi from "./openapi.ts";
import type { Attempt } from "./outcome.ts";
import { checkReturnTo, onItsPage } from "./return-to.ts";
import { scopeToAsk } from "./scope-to-ask.ts";

/** The body of `POST /bsky/sign-in`, as JSON or as a form. */
export interface SignInBody {
	/** A handle, a DID, or the URL of a PDS; pasted forms such as `@alice.example` are fine. */
	handle: string;
	/**
	 * Where to go after the sign-in: a path, or a URL of a trusted origin. A path is one of the page
	 * that asks (`Origin`), where the app trusts that, else of the base URL.
	 * @default "/"
	 */
	callbackURL?: string | undefined;
	/** Where to go when it fails, with `?error=`. @default better-auth's error page */
	errorCallbackURL?: string | undefined;
	/** Where a new user goes instead of `callbackURL`. */
	newUserCallbackURL?: string | undefined;
	/** Allows a new user where `disableImplicitSignUp` is set. */
	requestSignUp?: boolean | undefined;
	/**
	 * Whether somebody who is signed in connects the account to the user that they are. With `false`
	 * they sign in as whoever the account belongs to, as a second person on the same device does.
	 *
	 * @default true, and false where better-auth's `multiSession` plugin keeps both signed in
	 */
	link?: boolean | undefined;
	/**
	 * What the person is to do at their server: `"create"` an account there, which takes the URL of a
	 * server as `handle` (`GET /bsky/server` says which ones offer it); `"login"` with their password
	 * again; `"consent"` again; `"select_account"` among those that the server remembers on this device.
	 * A server that doesn't know one of the last three goes on as without it.
	 */
	prompt?: "create" | "login" | "consent" | "select_account" | undefined;
	/**
	 * What to ask for, where it isn't what every sign-in asks for: scopes of `clientMetadata.scope`,
	 * written in the same way. `atproto` goes without saying.
	 * @default the option `signInScope`
	 */
	scope?: string | undefined;
	/** Answer with the URL only, and leave going there to the caller. @default false */
	disableRedirect?: boolean | undefined;
}

type Body = Omit<SignInBody, "handle"> & { handle?: unknown; username?: unknown };

const PROMPTS = ["create", "login", "consent", "select_account"] as const;

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
	link: flag,
	prompt: z.union([z.enum(PROMPTS), z.literal("").transform(() => undefined)]).optional(),
	scope: z.string().max(MAX_SCOPE).optional(),
	disableRedirect: flag,
});

const bodyDocument = {
	handle: openapi.text("A handle, a DID, or the URL of a PDS"),
	callbackURL: openapi.text(),
	errorCallbackURL: openapi.text(),
	newUserCallbackURL: openapi.text(),
	requestSignUp: openapi.flag,
	link: openapi.flag,
	prompt: openapi.choice(PROMPTS),
	scope: openapi.text("Scopes that the client metadata declare, separated by spaces"),
	disableRedirect: openapi.flag,
} satisfies Record<keyof SignInBody, unknown>;

const metadata = {
	allowedMediaTypes: ["application/json", FORM],
	$Infer: { body: {} as SignInBody, returned: {} as { url: string; redirect: boolean } },
	openapi: {
		operationId: "signInBsky",
		description:
			"Begin a sign-in; a signed-in user connects the account, unless `link` is false. A plain HTML form is answered with a redirect.",
		requestBody: openapi.takes(openapi.object(bodyDocument, ["handle"])),
		responses: openapi.answers(
			"Where to send the browser",
			openapi.object({ url: openapi.text(), redirect: openapi.flag }),
		),
	},
};

/** Begins a sign-in; for a signed-in user, the linking of an account. */
export const signInBsky = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.signIn,
		{ method: "POST", body: bodySchema, use: [formCsrfMiddleware], metadata },
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			const body: Body = ctx.body;
			const { username, handle = username, prompt, scope: wanted, link, ...others } = body;
			const { disableRedirect, ...rest } = others;
			const asked = withoutEmpty(rest);
			const returnTo = onItsPage(ctx, asked);
			const isLink = link ?? !ctx.context.hasPlugin("multi-session");
			const attempt: Attempt = { since: Date.now() };
			const { errorCallbackURL } = returnTo;
			return leave(ctx, bsky, { attempt, errorCallbackURL, disableRedirect }, async () => {
				// First of all: without a base URL no place is trusted, either.
				const begunAt = openedAt(ctx, bsky);
				checkReturnTo(ctx, asked);
				const identifier = identifierOf(bsky, handle, prompt);
				const request = { prompt, scope: scopeToAsk(bsky, wanted) };
				const who = isLink ? await linkOf(ctx, bsky) : {};
				return begin(ctx, bsky, { identifier, request, who, returnTo, begunAt, attempt });
			});
		},
	);

/**
 * Whom, or which server, was typed.
 *
 * @throws {BskyError} why it is nobody; SERVER_INVALID where only a server can be meant
 */
function identifierOf({ allowHttp }: Bsky, handle: unknown, prompt: Body["prompt"]): Identifier {
	const identifier = parseIdentifier(handle, { allowHttp });
	if (prompt !== "create") {
		if (typeof identifier === "string") throw new BskyError(identifier);
		return identifier;
	}
	// A server that is told whom to expect asks for that account's password, and for nothing else.
	if (typeof identifier === "string" || identifier.type !== "server") {
		throw new BskyError("SERVER_INVALID");
	}
	return { type: "server", value: identifier.value };
}

/**
 * Who connects an account, where somebody is signed in, or which guest signs in. A session that has
 * ended counts as none, also while a cookie still remembers it: they would come back in vain.
 */
async function linkOf(
	ctx: GenericEndpointContext,
	bsky: Bsky,
): Promise<Pick<PendingSignIn, "link" | "guestToken">> {
	const signedIn = await getAuthoritativeSessionFromCtx<{
		bskyDid?: string | null;
		isAnonymous?: boolean | null;
	}>(ctx);
	if (!signedIn) return {};
	// Without a database nobody has looked, and a cookie outlives what it is about.
	const { findSession } = bsky.context.internalAdapter;
	if (!isStateful(ctx) && !(await findSession(signedIn.session.token))) return {};
	// A guest of better-auth's anonymous plugin signs in as somebody; they have nothing to connect to.
	if (signedIn.user.isAnonymous) return { guestToken: signedIn.session.token };
	requireMayAct(bsky, signedIn.session);
	await requireNotBanned(bsky, signedIn.user.id);
	// Who has an account connected may be signing in to it again; the callback knows.
	const hasAccount = async () =>
		signedIn.user.bskyDid || (await accountRows(bsky, signedIn.user.id)).length > 0;
	if (!linkingEnabled(bsky) && !(await hasAccount())) throw new BskyError("LINKING_DISABLED");
	return { link: { userId: signedIn.user.id, sessionToken: signedIn.session.token } };
}
