import { withAppView } from "../base/app-view.ts";
import { isWrite } from "../base/nsid.ts";
import { Pace, StalledError } from "../base/pace.ts";
import { BLUESKY_APPVIEW } from "../base/scope.ts";
import { unlessAborted } from "../base/within.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskySessionRow } from "../schema.ts";
import type { MethodRule, ResolvedXrpc } from "../xrpc-options.ts";
import { theirRefusal } from "./answers.ts";
import { headersDown, headersUp, KEPT_FOR } from "./headers.ts";
import { largeCall } from "./large-call.ts";
import { checkedRecords, MAX_RECORDS } from "./records.ts";
import { Upload } from "./upload.ts";

/** Most bytes of a body that is kept, so that it can be sent again: most are records. */
const MAX_KEPT = 256 * 1024;

/** A call of a browser's that may be made. */
export interface Relayed {
	nsid: string;
	rule: MethodRule;
	/** The session of whoever acts. */
	row: BskySessionRow;
	request: Request;
}

/**
 * Makes a call of a browser's at the person's server, and hands on what it answers. Bodies go through as
 * they come, either way.
 *
 * @param end called when nothing more will happen
 * @throws as {@link largeCall}; {BskyError} BODY_INVALID, NOT_YOUR_REPO, METHOD_NOT_ALLOWED, PAYLOAD_TOO_LARGE,
 * ANSWER_TOO_LARGE; what the browser's own body fails with
 */
export async function relay(
	bsky: Bsky,
	xrpc: ResolvedXrpc,
	{ nsid, rule, row, request }: Relayed,
	end: () => void,
): Promise<Response> {
	const { signal } = request;
	const pace = new Pace(xrpc);
	pace.signal.addEventListener("abort", end, { once: true });
	signal.addEventListener("abort", () => pace.end(signal.reason), { once: true });
	const maxUploadSize = maxBody(xrpc, nsid);
	const upload = request.body && new Upload(request.body, { ...xrpc, maxUploadSize }, pace);
	try {
		signal.throwIfAborted();
		if (isUnreadable(request) || (isWrite(nsid) && !upload)) throw new BskyError("BODY_INVALID");
		const headers = headersUp(request.headers);
		// Servers choose by it how they read, and in which letters: all others than ours.
		if (isWrite(nsid)) headers.set("content-type", "application/json");
		const length = request.headers.get("content-length");
		if (Number(length) > maxUploadSize) throw new BskyError("PAYLOAD_TOO_LARGE");
		const body = upload && (await bodyOf(upload, { nsid, rule, row, request }));
		if (body instanceof Upload) keepLength(request.headers, headers);
		const path = `/xrpc/${nsid}${isWrite(nsid) ? "" : new URL(request.url).search}`;
		const sending = { method: request.method, headers, body, signal: pace.signal, row };
		const mayForward = xrpc.services.includes(BLUESKY_APPVIEW) && !(body instanceof Upload);
		const response = await (mayForward
			? withAppView(
					(_, init) =>
						largeCall(bsky, row, path, { ...sending, headers: new Headers(init.headers) }),
					path,
					{ headers },
				)
			: largeCall(bsky, row, path, sending));
		// The app's own fetch may have left it unread.
		void upload?.drop();
		return await answered(response, rule, xrpc, pace);
	} catch (error) {
		pace.end(error);
		void upload?.drop();
		if (error instanceof StalledError) throw new BskyError("CALL_STALLED", { cause: error });
		// A body that breaks off is no fault of the app's, nor is a browser that has gone.
		if (signal.aborted || (upload && error === upload.failure && !(error instanceof BskyError)))
			throw new BskyError("BODY_INVALID", { cause: error });
		throw error;
	}
}

/**
 * Whether there is a body that nobody would get as it is: what is compressed arrives as if it weren't,
 * and of what has no type, better-auth's adapter for Node reads nothing.
 */
function isUnreadable({ method, body, headers }: Request): boolean {
	const encoding = headers.get("content-encoding") ?? "identity";
	const isLost = !body && (Number(headers.get("content-length")) > 0 || headers.has(CHUNKED));
	return encoding.toLowerCase() !== "identity" || (method === "POST" && isLost);
}

const CHUNKED = "transfer-encoding";

const maxBody = ({ maxUploadSize }: ResolvedXrpc, nsid: string): number =>
	isWrite(nsid) ? Math.min(maxUploadSize, MAX_RECORDS) : maxUploadSize;

/** @throws {BskyError} */
async function bodyOf(
	upload: Upload,
	{ nsid, rule, row, request }: Relayed,
): Promise<Uint8Array<ArrayBuffer> | Upload> {
	const length = request.headers.get("content-length");
	if (isWrite(nsid)) return checkedRecords(nsid, await upload.whole(), row.did, rule.collections);
	return length !== null && Number(length) <= MAX_KEPT ? upload.whole() : upload;
}

/** A server can refuse what is too long before it comes. */
function keepLength(from: Headers, headers: Headers): void {
	const length = from.get("content-length");
	if (length !== null && /^\d+$/.test(length)) headers.set("content-length", length);
}

async function answered(
	response: Response,
	rule: MethodRule,
	xrpc: ResolvedXrpc,
	pace: Pace,
): Promise<Response> {
	const { status } = response;
	if (status >= 400) {
		const refusal = await theirRefusal(response);
		pace.end();
		return refusal;
	}
	// Where a server leads elsewhere, nobody follows with a token.
	if (!response.ok) {
		await response.body?.cancel();
		throw new BskyError("SERVER_UNREACHABLE");
	}
	const headers = headersDown(response.headers, status);
	headers.set("cache-control", rule.cacheControl ?? "private, no-store");
	if (rule.cacheControl) headers.append("vary", KEPT_FOR);
	if (Number(headers.get("content-length")) > xrpc.maxDownloadSize) {
		await response.body?.cancel();
		throw new BskyError("ANSWER_TOO_LARGE");
	}
	if (!response.body) {
		pace.end();
		// Whoever believed it would take the next answer on the connection for what is missing.
		headers.delete("content-length");
		return new Response(null, { status, headers });
	}
	const body = goingThrough(response.body, xrpc.maxDownloadSize, pace);
	return new Response(body, { status, headers });
}

/** The body of an answer, as fast as it is read. */
function goingThrough(
	body: ReadableStream<Uint8Array>,
	max: number,
	pace: Pace,
): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	let size = 0;
	pace.begin();
	return new ReadableStream(
		{
			async pull(controller) {
				try {
					const { done, value } = await unlessAborted(pace.signal, reader.read());
					if (done) {
						pace.end();
						return controller.close();
					}
					size += value.length;
					if (size > max) throw new BskyError("ANSWER_TOO_LARGE");
					pace.move(value.length);
					controller.enqueue(value);
				} catch (error) {
					pace.end(error);
					throw error;
				}
			},
			cancel(reason) {
				pace.end(reason);
				// It may have failed with that already, and nobody may be there to hear of it.
				return reader.cancel(reason).catch(() => {});
			},
		},
		{ highWaterMark: 0 },
	);
}
