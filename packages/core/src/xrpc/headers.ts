/** What a server may answer by. */
const ASKED = [
	"accept",
	"accept-language",
	"atproto-accept-labelers",
	"atproto-proxy",
	"x-bsky-topics",
] as const;

/** What else an answer that is kept is good for. */
export const KEPT_FOR = ["authorization", ...ASKED].join(", ");

/** What it gets to see of a browser's request, beside what the SDK signs it with. */
const UP = ["content-type", ...ASKED, "range"] as const;

/** The headers of a call. */
export function headersUp(from: Headers): Headers {
	const headers = new Headers({ accept: "*/*" });
	for (const name of UP) {
		const value = from.get(name);
		if (value !== null) headers.set(name, value);
	}
	return headers;
}

/** What a browser gets to see of a server's answer. */
const DOWN = [
	"content-language",
	"atproto-repo-rev",
	"atproto-content-labelers",
	"ratelimit-limit",
	"ratelimit-remaining",
	"ratelimit-reset",
	"ratelimit-policy",
	"retry-after",
] as const;

/** What a script may read of an answer that another origin has asked for. */
export const EXPOSED = [...DOWN, "content-range"].join(", ");

/** What a page of another origin may send. */
export const ACCEPTED = [...UP, "x-bsky-did", "authorization"].join(", ");

/**
 * What keeps an answer from running on the app's origin, whatever is in it. Watched in Chromium: each of
 * them alone leaves a way open, as a page, a frame, a script or a service worker.
 */
export const HARMLESS: Record<string, string> = {
	"x-content-type-options": "nosniff",
	"content-security-policy": "default-src 'none'; sandbox",
	"cross-origin-resource-policy": "same-origin",
	// The same address answers each account, and each page, in its own way.
	vary: "Cookie, Origin, X-Bsky-Did",
};

const JSON_TYPE = "application/json";
const ANY_TYPE = "application/octet-stream";

/** Types that nothing makes a page, a script or a stylesheet of. */
const TYPES = new Set([
	JSON_TYPE,
	ANY_TYPE,
	"application/vnd.ipld.car",
	...["png", "jpeg", "gif", "webp", "avif", "heic", "heif", "jxl", "bmp"].map(
		(one) => `image/${one}`,
	),
]);

/** Sound and films; what ends in `+xml` is a page. */
const MEDIA = /^(?:audio|video)\/[a-z0-9][a-z0-9.-]{0,60}$/;

/** The headers of an answer: a few of the server's, and ours. */
export function headersDown(from: Headers, status: number): Headers {
	const headers = new Headers(HARMLESS);
	for (const name of DOWN) {
		const value = from.get(name);
		if (value !== null) headers.set(name, value);
	}
	const type = typeOf(from.get("content-type"));
	headers.set("content-type", type);
	if (type !== JSON_TYPE) headers.set("content-disposition", "attachment");
	const length = from.get("content-length");
	// What was compressed is unpacked by now.
	if (length !== null && /^\d+$/.test(length) && !from.has("content-encoding")) {
		headers.set("content-length", length);
	}
	const range = from.get("content-range");
	// Without it, nobody knows which part it is, nor which parts there are.
	if (range !== null && RANGES[status]?.test(range)) headers.set("content-range", range);
	return headers;
}

const RANGES: Record<number, RegExp> = {
	206: /^bytes \d+-\d+\/(?:\d+|\*)$/,
	416: /^bytes \*\/\d+$/,
};

function typeOf(header: string | null): string {
	const [type = ""] = (header ?? "").split(";");
	const essence = type.trim().toLowerCase();
	return TYPES.has(essence) || MEDIA.test(essence) ? essence : ANY_TYPE;
}
