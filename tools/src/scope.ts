/** What everything is published under: this line decides it, and no other. */
export const SCOPE = "@better-auth-bsky";

/** What the packages are called in this repository, in its code and on its pages. */
const HERE = "@better-auth-bsky/";

/** A text of this repository as it reads under that scope. */
export const underScope = (text: string, scope: string): string =>
	text.replaceAll(HERE, `${scope}/`);

/** @throws where npm has no such scope */
export function requireScope(scope: string): void {
	if (/^@[a-z0-9][a-z0-9._-]*$/.test(scope)) return;
	throw new Error(`"${scope}" is no scope of npm's. One reads like "@acme".`);
}
