import type { BetterAuthClientOptions, ClientStore } from "better-auth/client";
import { atom } from "nanostores";
import type { AuthClientLike } from "./ask.ts";
import { BASE_URL } from "./defaults.ts";

/** Lets the components know where a client's requests go, as better-auth reads its options. */
export function tellBaseURL(
	{ atoms }: ClientStore,
	{ baseURL, basePath = BASE_URL }: BetterAuthClientOptions = {},
): void {
	const isOrigin = baseURL && new URL(baseURL).pathname === "/";
	const url = isOrigin ? new URL(basePath, baseURL).href : baseURL || basePath;
	atoms.$bskyURL = atom(url.replace(/\/+$/, ""));
}

/** Where that is, of a client with our plugin; else better-auth's usual place. */
export function baseURLOf(client: AuthClientLike | undefined): string {
	const url: unknown = Object(client?.$store?.atoms.$bskyURL).value;
	// better-auth's client has something under any name: a function that would call an endpoint.
	return typeof url === "string" ? url : BASE_URL;
}
