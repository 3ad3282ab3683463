import type { SENTENCES } from "../core.ts";
import type { BskyLabels } from "../labels/types.ts";

/** The English of a gate, apart: a page with nothing else of ours needn't load all of it. */
export const english = {
	locale: "en",
	permission: "The app needs one more permission from you for this.",
	allow: "Allow",
	notAllowed: "You didn’t allow it, and nothing has changed.",
	reconnect: "Reconnect",
	reconnectHint: "The connection has ended. Nothing here is lost.",
	redirecting: "Taking you to {server}…",
	notConnected: "No Bluesky account is connected.",
	connect: "Connect Bluesky",
	retry: "Try again",
} satisfies Partial<BskyLabels>;

/** Codes that come without a sentence: from the network, and in the page's URL. */
export const errors = {
	NETWORK_ERROR: "You seem to be offline. Check your connection.",
	UNKNOWN: "That didn’t work. Try again.",
};

/** Of those, the server's own, word for word. */
export const sentences = {
	WRONG_ACCOUNT: "That was another account. Nothing has changed.",
} satisfies Partial<typeof SENTENCES>;
