import { safeFetchWrap } from "@atproto-labs/fetch-node";

/** Longest an outgoing request may take, its body included, in milliseconds. */
const TIMEOUT = 10_000;

/** Most bytes of a body that are read; a timeline page or an image fits, a flood doesn't. */
const MAX_RESPONSE_SIZE = 8 * 1024 * 1024;

/**
 * The `fetch` of every outgoing request: limited in time and size; unless plain http is allowed,
 * https only and to public addresses only, checked when the connection is made.
 *
 * @param allowHttp whether a local network is meant: http, any port and private addresses
 * @param timeout shorter in tests only, which would else wait for each of their silent servers
 */
export function limitedFetch(
	allowHttp: boolean,
	fetch: typeof globalThis.fetch = globalThis.fetch,
	timeout: number = TIMEOUT,
): typeof globalThis.fetch {
	const safeFetch = safeFetchWrap({
		fetch,
		timeout,
		responseMaxSize: MAX_RESPONSE_SIZE,
		ssrfProtection: !allowHttp,
		allowCustomPort: true,
		allowImplicitRedirect: true,
		forbiddenDomainNames: [],
	});
	return (input, init) => {
		const method = init?.method ?? (input instanceof Request ? input.method : "GET");
		// A POST carries a code, a token or a client assertion. Followed to wherever a 307 of the
		// server points, it would hand them over.
		return safeFetch(
			input instanceof URL ? input.href : input,
			method === "POST" ? { ...init, redirect: "error" } : init,
		);
	};
}
