import { causes } from "../base/causes.ts";
import { streamed } from "../base/streamed.ts";
import type { Bsky } from "../bsky.ts";
import type { BskySessionRow } from "../schema.ts";
import { type Acting, call, OwnFailure } from "./call.ts";
import { Upload } from "./upload.ts";

/** What is sent, and for how long. */
export interface Sending {
	method: string;
	headers: Headers;
	/** A body that is whole can be sent again. */
	body: Uint8Array<ArrayBuffer> | Upload | null;
	/** When it is to end. */
	signal: AbortSignal;
	/** The session's row, as it was read a moment ago. */
	row?: BskySessionRow;
}

/**
 * A call whose body and answer may be of any size; how long they may take is up to the signal.
 *
 * @throws as {@link call}; CALL_STALLED where the signal says that; what the body itself fails with
 */
export async function largeCall(
	bsky: Bsky,
	acting: Acting,
	path: string,
	{ method, headers, body, signal, row }: Sending,
): Promise<Response> {
	const isOnce = body instanceof Upload;
	if (isOnce) await freshen(bsky, acting, row);
	let isSent = false;
	const { allowHttp, options } = bsky;
	// The SDK signs a request without its body, and would keep a stream's pieces.
	const fetch: typeof globalThis.fetch = async (input) => {
		if (isOnce && isSent) throw new TypeError("fetch failed", { cause: new SpentError() });
		isSent = true;
		const { url, method, headers: signed } = new Request(input);
		try {
			return await streamed(
				{ url, method, headers: signed, body, signal },
				{ allowHttp, fetch: options.fetch },
			);
		} catch (error) {
			if (isOnce && body.failure !== undefined) throw new OwnFailure("", { cause: body.failure });
			throw error;
		}
	};
	const way = { fetch, isOnce, ...(row && !isOnce && { row }) };
	return call(bsky, acting, path, { method, headers, signal }, way);
}

/** A body that is read once would have to be sent again, to a server that wants another proof after all. */
class SpentError extends Error {
	override message = "The body has been sent already.";
}

/** Whether a call failed for nothing else. */
export const isSpent = (error: unknown): boolean =>
	causes(error).some((each) => each instanceof SpentError);

/**
 * Has the server say which nonce it wants (RFC 9449 §8), and replaces a token that it refuses: neither can
 * be put right once a body that is read once is on its way.
 */
async function freshen(bsky: Bsky, acting: Acting, row?: BskySessionRow): Promise<void> {
	const path = "/xrpc/com.atproto.server.getSession";
	const response = await call(bsky, acting, path, undefined, row && { row });
	await response.body?.cancel();
}
