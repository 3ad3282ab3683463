import { attempt } from "./attempt.ts";
import { knownCode } from "./labels/text.ts";
import type { BskyLabels } from "./labels/types.ts";
import { beginTrip, forgetTrip, type Trip, tripOf } from "./trip.ts";

interface TakeOptions {
	replaceURL?: ((url: string) => void) | undefined;
	/** What began the trip that is asked for. @default a form */
	by?: string | undefined;
}

/**
 * The failure that a sign-in came back with (`?error=`), taken out of the URL so that a reload
 * doesn't tell it again. A code that isn't ours stays where it is, and so does one of a trip that
 * something else on this page began.
 */
export const takeCallbackError = ({
	labels,
	...options
}: TakeOptions & { labels: BskyLabels }): string | null =>
	takeError((code) => knownCode(labels, code), options);

/** The same, where it isn't by the labels that a code is known. */
export function takeError(
	read: (code: string | null) => string | null,
	{
		// Routers keep their own things in the state.
		replaceURL = (url) => history.replaceState(history.state, "", url),
		by = "",
	}: TakeOptions,
): string | null {
	const found = new URLSearchParams(location.search).get("error");
	const code = tripOf() === by ? read(found) : null;
	if (!code) return null;
	const url = withoutError();
	void attempt(() => replaceURL(url.pathname + url.search + url.hash));
	return code;
}

/** This page without a failure that it has come with. */
function withoutError(): URL {
	const url = new URL(location.href);
	// To delete nothing writes all else anew.
	for (const name of ["error", "error_description"])
		if (url.searchParams.has(name)) url.searchParams.delete(name);
	return url;
}

/** Longest address that a server keeps for the way back, in characters. */
const LONGEST = 4096;

/**
 * This page, as the place to come back to. The server takes it for one of the origin that asks, and puts
 * the next failure behind what is there.
 */
export function thisPage(): string | undefined {
	const { pathname, search } = withoutError();
	// better-auth refuses a path with an encoded slash, one that is a host, and a backslash anywhere.
	if (/^\/\/|%2f|%5c/i.test(pathname)) return undefined;
	const whole = pathname + search.replaceAll("\\", "%5C");
	return [whole, pathname].find(({ length }) => length <= LONGEST);
}

/** How long a browser may take to leave before the page can be used again, in milliseconds. */
export const PATIENCE = 10_000;

/** The host of a URL, with its port; nothing where it is none. */
export const hostOf = (url: unknown): string => {
	try {
		return new URL(String(url)).host;
	} catch {
		return "";
	}
};

const isFramed = () => window.top !== window;

/** A window for the trip, where a page in a frame wants one. It must be opened while a key is pressed. */
export function openWindow(
	{ frame }: { frame?: "top" | "popup" | undefined },
	trip: Trip,
): Window | null {
	if (frame !== "popup" || !isFramed()) return null;
	// A window begins with a copy of what this one keeps, and the trip is the window's alone.
	beginTrip({ ...trip, popup: true });
	const popup = open("", "", "popup,width=480,height=720");
	forgetTrip();
	return popup;
}

/** What leaves: no server shows its page in a frame, so the whole tab does. */
const whole = (): Window => (isFramed() ? (window.top ?? window) : window);

/** Goes there. */
export const goThere = (url: string): void => whole().location.assign(url);

/** Keeps a browser here that is about to leave: the person has thought better of it. */
export function stay(): void {
	forgetTrip();
	try {
		whole().stop();
	} catch {
		// The tab is another origin's. It goes, and comes back by itself.
	}
}

/** Whether a browser can leave for it. */
export const isWeb = (url: unknown): url is string =>
	typeof url === "string" && /^https?:/i.test(url);

/**
 * Moves to the person's server; answers whether that went well.
 * @param trip what for; `null` where something else keeps that
 */
export async function leave(
	url: unknown,
	navigate = goThere,
	trip: Trip | null = { intent: "connect" },
): Promise<boolean> {
	if (!isWeb(url)) return false;
	if (trip) beginTrip(trip);
	return attempt(() => navigate(url));
}

/** Calls back when the browser brings the page back as it was left: in the middle of leaving. */
export const onComeBack = (callback: () => void, life: { signal: AbortSignal }): void =>
	addEventListener("pageshow", ({ persisted }) => persisted && callback(), life);
