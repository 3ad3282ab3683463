/** A worker with better-auth and nothing else. */
export const APP_ALONE = entry("betterAuth({})");

/** The same with the plugin. */
export const APP = entry("betterAuth({ plugins: [atprotoAuth()] })");

function entry(auth: string) {
	const contents = `
		import { betterAuth } from "better-auth";
		import { atprotoAuth } from "@better-auth-bsky/core";
		export default ${auth};
	`;
	// From core: the peers here make another copy of better-auth, which no app has twice.
	return { contents, resolveDir: `${import.meta.dirname}/../../packages/core` };
}
