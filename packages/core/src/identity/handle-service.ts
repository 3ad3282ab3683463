import { FetchResponseError, type HandleResolver, isAtprotoDid } from "@atproto/oauth-client";
import { within } from "../base/within.ts";
import { HANDLE_TIMEOUT } from "./handle-resolver.ts";
import { UnresolvedError } from "./unresolved.ts";

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
		resolve: async (handle, { signal: caller } = {}) => {
			let answered = false;
			try {
				return await within(HANDLE_TIMEOUT, caller, async (signal) => {
					const url = new URL("/xrpc/com.atproto.identity.resolveHandle", service);
					url.searchParams.set("handle", handle);
					// Workers know no `redirect: "error"`. One that is answered is no answer about a handle.
					const response = await fetch(url, { signal, redirect: "manual" });
					const body: unknown = await response.json().catch((cause: unknown) => {
						answered = cause instanceof SyntaxError && response.status < 500;
						throw new FetchResponseError(response, 502, "Unable to read the answer", { cause });
					});
					// Services differ in what they call it.
					if (response.status === 400) return null;
					const did: unknown = Reflect.get(Object(body), "did");
					if (!response.ok || !isAtprotoDid(did)) {
						throw new FetchResponseError(response, 502, "Not an answer about a handle");
					}
					return did;
				});
			} catch (cause) {
				caller?.throwIfAborted();
				const asked = { option: "handleResolver", url: String(service), answered };
				throw new UnresolvedError(`Nobody could tell who @${handle} is.`, { cause, asked });
			}
		},
	};
}
