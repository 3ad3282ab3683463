import { baseURLOf } from "../auth-client.ts";
import { isDid, XRPC_PATH } from "../core.ts";
import { find, refreshBskySession } from "../session/shared.ts";
import type { BskyAgent, BskyAgentOptions, BskyRequestInit, Did } from "./types.ts";

/** A method, and its parameters. All else would lead elsewhere: to another host, or out of `/xrpc`. */
const PATH = /^\/xrpc\/([a-z][a-z\d-]*(?:\.[a-z\d-]+)+(?:\?[^#]*)?)$/i;

/**
 * Calls the servers of the people who sign in, through the app's own: no token ever reaches the
 * browser. What may be called is up to the server's `xrpc.allow`.
 */
export function createBskyAgent(options: BskyAgentOptions = {}): BskyAgent {
	const agent: BskyAgent = {
		get assertDid() {
			const { did } = agent;
			if (!did) throw new Error("Unknown who is signed in");
			return did;
		},
		fetchHandler: (path, init) => call(options, path, init),
	};
	// With exact optional properties, what may be left out can't be undefined.
	return Object.defineProperty(agent, "did", {
		enumerable: true,
		get: () => didOf(options),
	});
}

function didOf({ did, ...options }: BskyAgentOptions): Did | undefined {
	const { $store } = options.authClient ?? {};
	const who: unknown =
		did ??
		find(options)?.$state.value?.data?.did ??
		Object($store?.atoms.bskySession).value?.data?.did;
	return isDid(who) ? who : undefined;
}

async function call(
	options: BskyAgentOptions,
	path: string,
	{ onUploadProgress, ...init }: BskyRequestInit = {},
): Promise<Response> {
	const [, method] = PATH.exec(path) ?? [];
	if (!method) throw new TypeError(`Not an XRPC path: ${path}`);
	const { fetch = globalThis.fetch, did } = options;
	const headers = new Headers(init.headers);
	if (did) headers.set("x-bsky-did", did);
	const request = {
		...init,
		headers,
		body: await wholeOf(init),
		credentials: "include" as const,
	};
	const url = `${baseURLOf(options)}${XRPC_PATH}/${method}`;
	const response = await (onUploadProgress && "XMLHttpRequest" in globalThis
		? (await import("./upload.ts")).upload(url, request, onUploadProgress)
		: fetch(url, request));
	if (!response.ok) await throwRefusal(options, response);
	return response;
}

/** Browsers stream no body to a server that speaks HTTP/1.1. */
const wholeOf = ({ body = null, signal }: RequestInit) =>
	body instanceof ReadableStream
		? new Response(body.pipeThrough(new TransformStream(), signal ? { signal } : undefined)).blob()
		: body;

/** Throws what the app says. What the person's server says is for whoever has called it. */
async function throwRefusal(options: BskyAgentOptions, response: Response): Promise<void> {
	const body: unknown = await response
		.clone()
		.json()
		.catch(() => null);
	const { code, message } = Object(body);
	if (typeof code !== "string" || code === "SCOPE_MISSING") return;
	// Nobody can act as them any more: the page is to know.
	const { $store } = options.authClient ?? {};
	const isOurs = /^(NOT_LINKED|SESSION_EXPIRED)/.test(code);
	// better-auth's own session goes on then, and need not be asked for.
	if (isOurs && $store?.atoms.$bskySignal) $store.notify("$bskySignal");
	else if (isOurs || code === "UNAUTHORIZED") refreshBskySession(options);
	const { status, headers } = response;
	throw Object.assign(new Error(message), { status, headers, body });
}
