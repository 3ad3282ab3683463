import { FetchResponseError, type HandleResolver, isAtprotoDid } from "@atproto/oauth-client";

/**
 * A service that resolves handles. The SDK's own way throws the same error whether the service
 * doesn't know the handle or is down.
 *
 * @see https://docs.bsky.app/docs/api/com-atproto-identity-resolve-handle
 */
export function handleService(
	service: string | URL,
	fetch: typeof globalThis.fetch,
): HandleResolver {
	return {
		async resolve(handle, { signal } = {}) {
			const url = new URL("/xrpc/com.atproto.identity.resolveHandle", service);
			url.searchParams.set("handle", handle);
			// Workers know no `redirect: "error"`. One that is answered is no answer about a handle.
			const response = await fetch(url, { signal: signal ?? null, redirect: "manual" });
			const body: unknown = await response.json().catch((cause: unknown) => {
				throw new FetchResponseError(response, 502, "Unable to read the answer", { cause });
			});
			// Services differ in what they call it.
			if (response.status === 400) return null;
			const did: unknown = Reflect.get(Object(body), "did");
			if (!response.ok || !isAtprotoDid(did)) {
				throw new FetchResponseError(response, 502, "Not an answer about a handle");
			}
			return did;
		},
	};
}
