import * as accessTokens from "./access-tokens.ts";
import * as authorization from "./authorization.ts";
import * as calls from "./calls.ts";
import type { Habit } from "./habit.ts";
import * as proofs from "./proofs.ts";
import * as refreshTokens from "./refresh-tokens.ts";
import * as refusals from "./refusals.ts";
import * as revocation from "./revocation.ts";
import * as scopes from "./scopes.ts";

/** Every habit by its name; what each means is in the README. */
const MAKERS = {
	"newest-access-token-only": accessTokens.newestAccessTokenOnly,
	"older-access-tokens-live": accessTokens.olderAccessTokensLive,
	"short-lived-access-tokens": accessTokens.shortLivedAccessTokens,
	"opaque-access-tokens": accessTokens.opaqueAccessTokens,
	"large-access-tokens": accessTokens.largeAccessTokens,
	"no-expires-in": accessTokens.noExpiresIn,
	"extra-token-fields": accessTokens.extraTokenFields,
	"no-refresh-rotation": refreshTokens.noRefreshRotation,
	"reuse-tolerated": refreshTokens.reuseTolerated,
	"refresh-grace-period": refreshTokens.refreshGracePeriod,
	"free-text-refusal": refusals.freeTextRefusal,
	"refusal-without-description": refusals.refusalWithoutDescription,
	"error-and-message": refusals.errorAndMessage,
	"no-nonce": proofs.noNonce,
	"new-nonce-each-answer": proofs.newNonceEachAnswer,
	"short-lived-proofs": proofs.shortLivedProofs,
	"no-revocation-endpoint": revocation.noRevocationEndpoint,
	"empty-revocation-answer": revocation.emptyRevocationAnswer,
	"code-revokes-nothing": revocation.codeRevokesNothing,
	"cancel-without-state": authorization.cancelWithoutState,
	"first-redirect-uri-only": authorization.firstRedirectUriOnly,
	"par-200": authorization.par200,
	"wider-scope": scopes.widerScope,
	"narrower-scope": scopes.narrowerScope,
	"reordered-scope": scopes.reorderedScope,
	"missing-scope": scopes.missingScope,
	"unknown-scope-refused": scopes.unknownScopeRefused,
	"no-appview-forwarding": calls.noAppviewForwarding,
	"account-deactivated-401": calls.accountDeactivated401,
	"account-deactivated-400": calls.accountDeactivated400,
	"slow-answers": calls.slowAnswers,
} satisfies Record<string, () => Habit>;

/** The name of a habit that other servers have, for `behave()`. */
export type HabitName = keyof typeof MAKERS;

const isName = (text: string): text is HabitName => Object.hasOwn(MAKERS, text);

/** The name of every habit. */
export const HABITS: readonly HabitName[] = Object.keys(MAKERS).filter(isName);

/** One habit, taken up anew. */
export const makeHabit = (name: HabitName): Habit | undefined => MAKERS[name]?.();
