import { isPublicHost, NotPublicError } from "./addresses.ts";
import { isLoopbackUrl } from "./loopback.ts";
import { isWorkerd } from "./runtime.ts";
import { unlessAborted } from "./within.ts";

/** A body: as a whole, or as it comes. */
type StreamedBody = Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;

export interface StreamedOptions {
	/** Whether a local network is meant: http and private addresses. */
	allowHttp: boolean;
	/** An app's own. It has to keep away from names that lead to private addresses. */
	fetch?: typeof globalThis.fetch | undefined;
}

export interface StreamedRequest {
	url: string;
	method: string;
	headers: Headers;
	body: StreamedBody | null;
	/** How long it may take is up to whoever asks: there is no limit but this. */
	signal: AbortSignal;
}

/**
 * One request whose body and answer may be of any size: both go through as they come, in the memory of a
 * few pieces, and in the time that its signal gives it. Redirects aren't followed. What `fetch` makes of a
 * stream takes four times the memory on Node, so it is undici's `request` there.
 *
 * @throws {TypeError} "fetch failed": whatever went wrong out there; the signal's reason
 */
export async function streamed(
	request: StreamedRequest,
	options: StreamedOptions,
): Promise<Response> {
	const url = new URL(request.url);
	const way = wayTo(url, options);
	try {
		return await (way ? byUndici(request, way) : byFetch(request, options));
	} catch (cause) {
		if (request.signal.aborted) throw request.signal.reason;
		throw cause instanceof TypeError ? cause : new TypeError("fetch failed", { cause });
	}
}

/**
 * Whether it goes by undici, and to which servers.
 *
 * @throws {NotPublicError}
 */
function wayTo(url: URL, { allowHttp, fetch }: StreamedOptions): "open" | "local" | null {
	const isAllowed = url.protocol === "https:" || (allowHttp && url.protocol === "http:");
	if (!isAllowed || !(allowHttp || isPublicHost(url.hostname))) {
		throw new NotPublicError(`Not an address to call: ${url.origin}`);
	}
	if (fetch || isWorkerd) return null;
	if (!allowHttp) return "open";
	// A network on this machine invents origins by replacing the global fetch; it needs none for loopback.
	return isLoopbackUrl(url) ? "local" : null;
}

async function byUndici(request: StreamedRequest, way: "open" | "local"): Promise<Response> {
	const { publicStream } = await import("#public-fetch");
	const { status, headers, body } = await publicStream(request, way);
	return respond(status, headers, pulled(body));
}

interface Incoming extends AsyncIterable<Uint8Array> {
	destroy?(): unknown;
}

/** Statuses that have no body. */
const BODILESS = new Set([204, 205, 304]);

/** A server may say that there is a body where there can't be one, and a status that there isn't. */
function respond(
	status: number,
	headers: Headers,
	body: ReadableStream<Uint8Array> | null,
): Response {
	const isBodiless = BODILESS.has(status);
	const isStatus = status >= 200 && status <= 599;
	if (isStatus && !isBodiless) return new Response(body, { status, headers });
	body?.cancel().catch(() => {});
	if (isBodiless) return new Response(null, { status, headers });
	throw new Error(`There is no status ${status}.`);
}

/** Whether a body comes piece by piece, once: a stream of the web's or of Node's, or a generator. */
export const isReadOnce = (body: unknown): body is AsyncIterable<Uint8Array> =>
	Symbol.asyncIterator in Object(body);

/** As a stream of the web's, of which nothing is read before somebody asks for it. */
export function pulled(body: Incoming): ReadableStream<Uint8Array> {
	const parts = body[Symbol.asyncIterator]();
	return new ReadableStream(
		{
			async pull(controller) {
				const { done, value } = await parts.next();
				if (done) controller.close();
				else controller.enqueue(value);
			},
			cancel() {
				if (body.destroy) body.destroy();
				else parts.return?.().catch(() => {});
			},
		},
		{ highWaterMark: 0 },
	);
}

async function byFetch(
	{ url, method, headers, body, signal }: StreamedRequest,
	{ fetch }: StreamedOptions,
): Promise<Response> {
	const own = fetch ?? globalThis.fetch;
	const init: RequestInit = {
		...{ method, headers, duplex: "half" as const },
		body: body instanceof Uint8Array || body === null ? body : pulled(body),
	};
	const send = async () => own(new Request(url, init), { redirect: "manual", signal });
	const answer = await unlessAborted(signal, send());
	return respond(answer.status, answer.headers, answer.body && ending(answer.body, signal));
}

/** A body that ends with its signal, also where an app's own `fetch` heeds none. */
function ending(body: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	const giveUp = (reason: unknown) => reader.cancel(reason).catch(() => {});
	signal.addEventListener("abort", () => giveUp(signal.reason), { once: true });
	return new ReadableStream(
		{
			async pull(controller) {
				const { done, value } = await unlessAborted(signal, reader.read());
				if (done) controller.close();
				else controller.enqueue(value);
			},
			cancel: giveUp,
		},
		{ highWaterMark: 0 },
	);
}
