import { isPublicHost, NotPublicError } from "./addresses.ts";
import { type Answer, type AnswerLimits, AnswerTooLargeError, bounded } from "./bounded-answer.ts";
import { Deadline } from "./deadline.ts";
import { asError } from "./handed-in.ts";
import { isWorkerd } from "./runtime.ts";
import { unlessAborted } from "./within.ts";

/** Longest an outgoing request may take, its redirects and its body included, in milliseconds. */
const TIMEOUT = 10_000;

const MAX_REDIRECTS = 5;

export interface FetchOptions {
	/** Whether a local network is meant: http and private addresses. */
	allowHttp: boolean;
	/** An app's own. It has to keep away from names that lead to private addresses. */
	fetch?: typeof globalThis.fetch | undefined;
	/** What is asked for. */
	limits: AnswerLimits;
	/** Shorter in tests only, which would else wait for each of their silent servers. */
	timeout?: number;
}

/** Sends one request, and follows no redirect. */
type Send = (request: Request, signal: AbortSignal) => Promise<Answer>;

/**
 * The `fetch` of every outgoing request: limited in time and size; unless plain http is allowed,
 * https only and to public addresses only, checked for each redirect and when the connection is made.
 * It follows up to five redirects, and none of what isn't a GET.
 *
 * @throws {TypeError} "fetch failed" or, in the body, "terminated": whatever went wrong out there
 * @throws {DOMException} TimeoutError
 * @throws {AnswerTooLargeError}
 */
export function limitedFetch(options: FetchOptions): typeof globalThis.fetch {
	const { allowHttp, limits, timeout = TIMEOUT } = options;
	const send = senderOf(options);
	return async (input, init) => {
		const request = init || !(input instanceof Request) ? new Request(input, init) : input;
		const deadline = new Deadline(timeout, request);
		try {
			const answer = await follow(request, allowHttp, (hop) => send(hop, deadline.signal));
			return await bounded(answer, limits, deadline);
		} catch (cause) {
			const tooLarge = cause instanceof AnswerTooLargeError;
			const failure = tooLarge ? cause : deadline.failure("fetch failed", cause);
			deadline.giveUp();
			throw failure;
		}
	};
}

function senderOf({ fetch, allowHttp }: FetchOptions): Send {
	// Workers reach the public internet and nothing else; what runs them on one's own machine may.
	if (!fetch && !allowHttp && !isWorkerd) {
		// Nothing of it goes into a worker's bundle: see `imports` in package.json.
		return async (request, signal) => (await import("#public-fetch")).publicFetch(request, signal);
	}
	return async (request, signal) => {
		// Looked for at each call: a network on this machine maps origins by replacing it.
		const own = fetch ?? globalThis.fetch;
		const send = async () => own(request, { redirect: "manual", signal });
		// An app's own may heed no signal, and throw anything.
		return unlessAborted(signal, send()).catch((thrown: unknown) => {
			throw asError("fetch", thrown);
		});
	};
}

async function follow(
	first: Request,
	allowHttp: boolean,
	send: (hop: Request) => Promise<Answer>,
): Promise<Answer> {
	let request = first;
	for (let hops = 0; ; hops++) {
		checkUrl(new URL(request.url), allowHttp);
		const answer = await send(request);
		const location = REDIRECTS.has(answer.status) ? answer.headers.get("location") : null;
		if (location === null || first.redirect === "manual") return answer;
		answer.body?.cancel().catch(() => {});
		// A POST carries a code, a token or a client assertion. Followed to wherever a 307 of the
		// server points, it would hand them over.
		if (first.redirect === "error" || !["GET", "HEAD"].includes(first.method)) {
			throw new Error("unexpected redirect");
		}
		if (hops === MAX_REDIRECTS) throw new Error("redirect count exceeded");
		request = redirected(request, new URL(location, request.url));
	}
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What proves to a server who one is. */
const CREDENTIALS = ["authorization", "cookie", "dpop", "proxy-authorization"];

function redirected({ url, method, headers, cache }: Request, to: URL): Request {
	const request = new Request(to, { method, headers, cache });
	if (to.origin !== new URL(url).origin) {
		for (const name of CREDENTIALS) request.headers.delete(name);
	}
	return request;
}

function checkUrl({ protocol, hostname, origin }: URL, allowHttp: boolean): void {
	const allowed =
		protocol === "https:" ? allowHttp || isPublicHost(hostname) : allowHttp && protocol === "http:";
	// The origin only: a path may hold a token.
	if (!allowed) throw new NotPublicError(`Not an address to call: ${origin}`);
}
