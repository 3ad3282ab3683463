import type { GenericEndpointContext, StandardSchemaV1 } from "better-auth";
import {
	createAuthEndpoint,
	formCsrfMiddleware,
	getAuthoritativeSessionFromCtx,
} from "better-auth/api";
import * as z from "zod";
import { MAX_SCOPE } from "../base/bounded-answer.ts";
import { hasScope } from "../base/has-scope.ts";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { requireMayAct, requireNotBanned } from "../sessions/may-act.ts";
import { sessionState } from "../sessions/state.ts";
import { type Asker, ownSession } from "../sessions/whose.ts";
import { didsOf } from "../stores/account-store.ts";
import { begin } from "./begin.ts";
import { address, FORM, flag, withoutEmpty } from "./body.ts";
import { openedAt } from "./bounce.ts";
import { doChores } from "./chores.ts";
import { anyDid } from "./did-input.ts";
import { isPlainForm, leave } from "./leave.ts";
import { redirectWithError } from "./navigation.ts";
import * as openapi from "./openapi.ts";
import type { Attempt } from "./outcome.ts";
import { checkReturnTo, onItsPage } from "./return-to.ts";
import { scopeToAsk, scopeWithMore } from "./scope-to-ask.ts";
import { unauthorized } from "./unauthorized.ts";

/** The body of `POST /bsky/upgrade`, as JSON or as a form. */
export interface UpgradeBody {
	/** What the account is to allow as well: scopes of `clientMetadata.scope`, written in the same way. */
	scope: string;
	/** Which of the user's accounts. @default the one that their session acts as */
	did?: string | undefined;
	/**
	 * Where to go afterwards, and at once where all of it is allowed already: a path, or a URL of a
	 * trusted origin, as for a sign-in.
	 * @default "/"
	 */
	callbackURL?: string | undefined;
	/** Where to go when it fails or is refused, with `?error=`. @default better-auth's error page */
	errorCallbackURL?: string | undefined;
	/** Answer with the URL only, and leave going there to the caller. @default false */
	disableRedirect?: boolean | undefined;
}

const bodySchema: StandardSchemaV1<unknown, UpgradeBody> = z.object({
	scope: z.string().max(MAX_SCOPE).trim().min(1),
	did: anyDid.optional(),
	callbackURL: address,
	errorCallbackURL: address,
	disableRedirect: flag,
});

const bodyDocument = {
	scope: openapi.text("Scopes that the client metadata declare, separated by spaces"),
	did: openapi.text(),
	callbackURL: openapi.text(),
	errorCallbackURL: openapi.text(),
	disableRedirect: openapi.flag,
} satisfies Record<keyof UpgradeBody, unknown>;

const metadata = {
	allowedMediaTypes: ["application/json", FORM],
	$Infer: { body: {} as UpgradeBody, returned: {} as { url: string; redirect: boolean } },
	openapi: {
		operationId: "upgradeBsky",
		description:
			"Ask the signed-in user to allow more of an account of theirs. A plain HTML form is answered with a redirect.",
		requestBody: openapi.takes(openapi.object(bodyDocument, ["scope"])),
		responses: openapi.answers(
			"Where to send the browser: on, where all of it is allowed already",
			openapi.object({ url: openapi.text(), redirect: openapi.flag }),
		),
	},
};

/** Asks for more of an account: a new authorization for that DID alone, whose session takes the old one's place. */
export const upgradeBsky = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.upgrade,
		{ method: "POST", body: bodySchema, use: [formCsrfMiddleware], metadata },
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			const { scope, did, disableRedirect, ...rest }: UpgradeBody = ctx.body;
			const asked = withoutEmpty(rest);
			const returnTo = onItsPage(ctx, asked);
			const { callbackURL, errorCallbackURL } = returnTo;
			const attempt: Attempt = { since: Date.now() };
			return leave(ctx, bsky, { attempt, errorCallbackURL, disableRedirect }, async () => {
				const begunAt = openedAt(ctx, bsky);
				checkReturnTo(ctx, asked);
				const wanted = scopeToAsk(bsky, scope);
				const { user, session } = await signedIn(ctx, errorCallbackURL);
				requireMayAct(bsky, session);
				await requireNotBanned(bsky, user.id);
				const account = await accountOf(bsky, { user, session }, did || undefined);
				const { granted } = account;
				if (granted !== null && hasScope(granted, wanted)) return callbackURL;
				const identifier = { type: "did", value: account.did } as const;
				const request = {
					scope: scopeWithMore(bsky, granted ?? bsky.options.signInScope, wanted),
					// Who has refused something once is asked again: servers remember what was asked for.
					prompt: "consent",
				} as const;
				const link = { userId: user.id, sessionToken: session.token };
				const who = { link, isUpgrade: true };
				const beginning = { identifier, request, who, granted, returnTo, begunAt, attempt };
				return begin(ctx, bsky, beginning);
			});
		},
	);

async function signedIn(ctx: GenericEndpointContext, errorCallbackURL: string | undefined) {
	const found = await getAuthoritativeSessionFromCtx<BskyUser>(ctx);
	if (found) return found;
	const error = unauthorized(ctx);
	throw isPlainForm(ctx) ? redirectWithError(ctx, error, errorCallbackURL) : error;
}

/**
 * The account that is meant, and what it allows by now; null where its session has ended.
 *
 * @throws {BskyError} NOT_LINKED
 */
async function accountOf(
	bsky: Bsky,
	asker: Asker,
	did: string | undefined,
): Promise<{ did: string; granted: string | null }> {
	const own = await ownSession(bsky, asker, did);
	const isTheirs =
		own && (own.row || (await didsOf(bsky.context, asker.user.id)).includes(own.did));
	if (!isTheirs) throw new BskyError("NOT_LINKED");
	const state = await sessionState(bsky, own, true);
	return { did: own.did, granted: state.active ? state.grantedScope : null };
}
