import type { BetterAuthClientOptions, ClientStore } from "better-auth/client";
import { atom } from "nanostores";
import type { ServerOptions } from "./ask.ts";
import { BASE_URL } from "./defaults.ts";

/** Lets the components know where a client's requests go, as better-auth reads its options. */
export function tellBaseURL(
	{ atoms }: ClientStore,
	{ baseURL, basePath = BASE_URL }: BetterAuthClientOptions = {},
): void {
	const isOrigin = baseURL && new URL(baseURL).pathname === "/";
	const url = isOrigin ? new URL(basePath, baseURL).href : baseURL || basePath;
	atoms.$bskyURL = atom(url);
}

/**
 * Where that is: as the app says, else as its client with our plugin does, else better-auth's usual
 * place. It has no slash at its end, since a path follows.
 */
export function baseURLOf({
	authClient,
	baseURL,
}: Pick<ServerOptions, "authClient" | "baseURL">): string {
	const told: unknown = baseURL ?? Object(authClient?.$store?.atoms.$bskyURL).value;
	// better-auth's client has something under any name: a function that would call an endpoint.
	return (typeof told === "string" ? told : BASE_URL).replace(/\/+$/, "");
}
