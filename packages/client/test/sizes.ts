import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle as bundleAll } from "@better-auth-bsky/tools/bundle";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a page downloads for this code, better-auth's own client included where it is used. */
export const bundle = (contents: string) => bundleAll(contents, { root });

/** The same, better-auth's own client left out. */
export const bundleAlone = (contents: string, loader?: "ts" | "css") =>
	bundleAll(contents, { root, ...(loader && { loader }), external: ["better-auth/*"] });

const CREATE = 'import { createAuthClient } from "better-auth/client";';

/** better-auth's client without the plugin, and with it. */
export const CLIENTS = {
	without: `${CREATE} globalThis.client = createAuthClient({ plugins: [] });`,
	unused: `${CREATE} import { atprotoAuthClient } from "./src/index.ts";
		globalThis.client = createAuthClient({ plugins: [] });`,
	withPlugin: `${CREATE} import { atprotoAuthClient } from "./src/index.ts";
		globalThis.client = createAuthClient({ plugins: [atprotoAuthClient()] });`,
};

const use = (names: string, from: string) =>
	`import { ${names} } from "@better-auth-bsky/client${from}"; globalThis.used = { ${names} };`;

/** What the headless layer is taken for, by the name of its size in the README. */
export const USES = {
	signIn: use("createSignIn, connectSignIn", "/sign-in"),
	session: use("createBskySession", "/session"),
	accounts: use("createAccounts, connectAccounts", "/accounts"),
	scope: use("createScopeGate, connectScopeGate, viewScopeGate", "/scope"),
	agent: use("createBskyAgent", "/agent"),
	plugin: use("atprotoAuthClient", ""),
	// The largest: its letters are two bytes each, and its sentences are long.
	language: use("ru", "/labels/ru"),
};

/** What a gate for a scope brings, beside what a page with `useBskySession()` has. */
export async function sizeOfGate() {
	const both = await bundleAlone(USES.session + USES.scope);
	const withScopes = await bundleAlone(`${USES.session}${HAS_SCOPE}`);
	const { size } = await bundleAlone(USES.session);
	return { gate: both.size - size, hasScope: withScopes.size - size };
}

const HAS_SCOPE = 'import { hasScope } from "@better-auth-bsky/client"; globalThis.has = hasScope;';

export const styles = () => readFileSync(`${root}/src/styles.css`, "utf8");
