import { withAppView } from "../base/app-view.ts";
import { bounded, DOCUMENT } from "../base/bounded-answer.ts";
import { Deadline } from "../base/deadline.ts";
import { Pace } from "../base/pace.ts";
import { isReadOnce, pulled } from "../base/streamed.ts";
import type { Bsky } from "../bsky.ts";
import { requireSession } from "../sessions/open.ts";
import { DEFAULTS } from "../xrpc-options.ts";
import { type Acting, call } from "./call.ts";
import { isSpent, largeCall } from "./large-call.ts";
import { Upload } from "./upload.ts";

/** Calls at a person's server, for whichever client: `new Client(...)` of lex, `@atproto/api`'s `Agent`, … */
export interface BskySessionFetch {
	/** The account that acts. */
	did: `did:${string}:${string}`;
	/**
	 * One call, with the person's tokens, at a path like `/xrpc/app.bsky.feed.getTimeline`; see
	 * `auth.api.getBskyAgent()` for what it throws.
	 */
	fetchHandler(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * Calls that are made as a DID for as long as it belongs to the user who has it now.
 *
 * @param owner the user who that has to be
 * @throws {BskyError} SESSION_EXPIRED, SERVER_UNREACHABLE or CLIENT_MISCONFIGURED
 */
export async function sessionFetchOf(
	bsky: Bsky,
	did: BskySessionFetch["did"],
	owner?: string,
): Promise<BskySessionFetch> {
	const { stored } = await requireSession(bsky, did, owner);
	const acting = { did, userId: stored.userId };
	const made = async (path: string, init: RequestInit) => {
		const send = (large: LargeBody) => callWithStream(bsky, acting, path, init, large);
		const large = largeIn(init.body);
		if (!large) return call(bsky, acting, path, init);
		return send(large).catch((error: unknown) => {
			// A server that wants another proof in the middle gets it once more, where there is something to send.
			const again = large.isOnce || !isSpent(error) ? null : largeIn(init.body);
			if (again) return send(again);
			throw error;
		});
	};
	return { did, fetchHandler: (path, init) => withAppView(made, path, init) };
}

/** What takes as long as it takes. */
interface LargeBody {
	stream: ReadableStream<Uint8Array>;
	/** Whether there is no other one to be had of it. */
	isOnce?: true;
	/** What is known of it, which a server can refuse before it comes. */
	headers?: Record<string, string>;
}

/** More bytes than this are no record, and may take longer than a usual call. */
const LARGE = 1024 * 1024;

/** A body that is read once, or is large. */
function largeIn(body: RequestInit["body"]): LargeBody | null {
	if (body instanceof ReadableStream) return { stream: body, isOnce: true };
	if (body instanceof Blob) {
		if (body.size <= LARGE) return null;
		const type = body.type && { "content-type": body.type };
		return { stream: body.stream(), headers: { ...type, "content-length": String(body.size) } };
	}
	if (body instanceof ArrayBuffer || ArrayBuffer.isView(body))
		return body.byteLength > LARGE ? largeIn(new Blob([body])) : null;
	// A stream of Node's, or whatever else Node's fetch would read piece by piece.
	return isReadOnce(body) ? { stream: pulled(body), isOnce: true } : null;
}

/** An app's own stream may be as long as it likes, and as slow. */
const LIMITS = { ...DEFAULTS, maxUploadSize: Infinity, minBytesPerSecond: 0 };

/** Longest that the answer to an upload may take, in milliseconds, once it has begun. */
const PATIENCE = 10_000;

async function callWithStream(
	bsky: Bsky,
	acting: Acting,
	path: string,
	{ method = "POST", headers: own, signal }: RequestInit,
	{ stream, headers: known }: LargeBody,
): Promise<Response> {
	signal?.throwIfAborted();
	const pace = new Pace(LIMITS);
	const stop = () => pace.end(signal?.reason);
	signal?.addEventListener("abort", stop, { once: true });
	const body = new Upload(stream, LIMITS, pace);
	try {
		const headers = new Headers({ ...known, ...Object.fromEntries(new Headers(own)) });
		const sending = { method, headers, body, signal: pace.signal };
		const response = await largeCall(bsky, acting, path, sending);
		const deadline = new Deadline(PATIENCE, new Request("https://answer.invalid"));
		return await bounded(response, DOCUMENT, deadline);
	} finally {
		signal?.removeEventListener("abort", stop);
		pace.end();
		void body.drop();
	}
}
