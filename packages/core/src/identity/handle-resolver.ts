import {
	FetchResponseError,
	type HandleResolver,
	HandleResolverError,
	isResolvedHandle,
} from "@atproto/oauth-client-node";

/**
 * The option `handleResolver` as a resolver. One named by its URL is asked here, since the SDK
 * throws the same error whether the service doesn't know the handle or is down.
 *
 * @see https://docs.bsky.app/docs/api/com-atproto-identity-resolve-handle
 */
export function handleResolverOf(
	option: string | URL | HandleResolver | undefined,
	fetch: typeof globalThis.fetch,
): HandleResolver | undefined {
	if (typeof option !== "string" && !(option instanceof URL)) return option;
	return {
		async resolve(handle, options) {
			const url = new URL("/xrpc/com.atproto.identity.resolveHandle", option);
			url.searchParams.set("handle", handle);
			const response = await fetch(url, { signal: options?.signal ?? null, redirect: "error" });
			const body: unknown = await response.json().catch((cause: unknown) => {
				throw new FetchResponseError(response, 502, "Unable to read the answer", { cause });
			});
			// Services differ in what they call it. Not null, which would be remembered.
			if (response.status === 400) throw new HandleResolverError("The handle is not known");
			const did: unknown = Reflect.get(Object(body), "did");
			if (!response.ok || typeof did !== "string" || !isResolvedHandle(did)) {
				throw new FetchResponseError(response, 502, "Not an answer about a handle");
			}
			return did;
		},
	};
}
