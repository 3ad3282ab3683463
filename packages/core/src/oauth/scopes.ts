import { scopesOf } from "../base/scope.ts";
import { findings } from "../checks.ts";
import { BskyOptionError } from "../errors.ts";
import type { ResolvedOptions } from "../options.ts";

/** What needs no grammar: these are words, and most apps have no other. */
const WORDS = new Set([
	"atproto",
	"transition:generic",
	"transition:email",
	"transition:chat.bsky",
]);

/**
 * Checks that servers will grant what an app declares, by the test that the reference server filters
 * with: what it can't read it leaves out, and tells nobody. Its grammar is loaded only for scopes that
 * need one.
 *
 * @throws {BskyOptionError} naming the first scope that isn't one, and what to write instead
 */
export async function requireScopes({ clientMetadata }: ResolvedOptions): Promise<void> {
	const declared = scopesOf(clientMetadata.scope).filter((scope) => !WORDS.has(scope));
	if (declared.length === 0) return;
	const { isAtprotoOauthScope } = await import("./scope-grammar.ts");
	for (const scope of declared) {
		const isGranted = isReadable(scope, isAtprotoOauthScope);
		const [found] = findings("scope", { scope, isGranted });
		if (found) throw new BskyOptionError(found.option, found.text, found.id);
	}
}

/** The grammar's own test throws where an escape is broken. */
function isReadable(scope: string, test: (scope: string) => boolean): boolean {
	try {
		return test(scope);
	} catch {
		return false;
	}
}
