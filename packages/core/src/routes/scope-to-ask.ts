import { asError, HandedInError } from "../base/handed-in.ts";
import { hasScope } from "../base/has-scope.ts";
import { scopes, scopesOf } from "../base/scope.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError, MisconfiguredError } from "../errors.ts";
import { undeclaredIn } from "../options.ts";

/**
 * What to ask for. Servers refuse what the app hasn't declared in these very letters, as a mistake of
 * the app: whoever sends it is told so here.
 */
export function scopeToAsk({ options }: Bsky, wanted: string | undefined): string {
	// A field of a form that is there and empty says nothing.
	if (!wanted?.trim()) return options.signInScope;
	const declared = options.clientMetadata.scope;
	const undeclared = undeclaredIn(wanted, declared);
	if (undeclared === undefined) return scopes(wanted);
	const cause = new MisconfiguredError(
		`${JSON.stringify(undeclared)} is not in clientMetadata.scope. Add it there, written in the same way.`,
	);
	throw new BskyError("SCOPE_NOT_DECLARED", { cause });
}

/**
 * What to ask for where a server has refused that: what the app says, if it has declared it.
 *
 * @param granted what is not to be lost by it
 * @throws {BskyError} SCOPE_NOT_DECLARED
 */
export function fallbackOf(bsky: Bsky, refused: string, granted = ""): string | undefined {
	const other = saidBy(bsky, refused);
	if (!other || other === refused) return undefined;
	if (typeof other !== "string") {
		// What a promise comes to is nobody's, and must not end the process.
		Promise.resolve(other).catch(() => {});
		throw new HandedInError("scopeFallback gave no text.");
	}
	return scopeWithMore(bsky, granted, scopeToAsk(bsky, other));
}

function saidBy({ options: { scopeFallback } }: Bsky, refused: string): unknown {
	try {
		return typeof scopeFallback === "function" ? scopeFallback(refused) : scopeFallback;
	} catch (thrown) {
		throw asError("scopeFallback", thrown);
	}
}

/**
 * What to ask for so that a session has more, and loses nothing. Of what it has, the letters count that
 * the app has declared: a server may have written it in others or granted a part of it, and of a permission
 * set it writes what is in it.
 *
 * @param granted what the session was granted
 */
export function scopeWithMore({ options }: Bsky, granted: string, wanted: string): string {
	const declared = scopesOf(options.clientMetadata.scope);
	const has = scopesOf(granted);
	const asked = scopes(...declared.filter((each) => has.includes(each)), wanted);
	if (has.every((each) => hasScope(asked, each))) return asked;
	const others = declared.filter((each) => isSet(each) || hasScope(granted, each));
	const more = scopes(asked, ...others);
	if (others.some(isSet)) return more;
	// Most likely what a plain sign-in asks for.
	const likely = [...scopesOf(options.signInScope), ...declared];
	const lost = has.filter((each) => !hasScope(more, each));
	return scopes(more, ...lost.flatMap((one) => likely.find((each) => hasScope(each, one)) ?? []));
}

/** A permission set, https://atproto.com/specs/permission: nothing of what was granted has its name. */
const isSet = (scope: string): boolean => scope.startsWith("include:");
