import { attempt } from "./attempt.ts";
import { knownCode } from "./labels/text.ts";
import type { BskyLabels } from "./labels/types.ts";

/**
 * The failure that a sign-in came back with (`?error=`), taken out of the URL so that a reload
 * doesn't tell it again. A code that isn't ours stays where it is.
 */
export function takeCallbackError({
	labels,
	// Routers keep their own things in the state.
	replaceURL = (url) => history.replaceState(history.state, "", url),
}: {
	labels: BskyLabels;
	replaceURL?: ((url: string) => void) | undefined;
}): string | null {
	const url = new URL(location.href);
	const code = knownCode(labels, url.searchParams.get("error"));
	if (!code) return null;
	url.searchParams.delete("error");
	url.searchParams.delete("error_description");
	void attempt(() => replaceURL(url.pathname + url.search + url.hash));
	return code;
}

/** This page, as the place to come back to. The server takes it for one of the origin that asks. */
export function thisPage(): string | undefined {
	const { pathname, search } = location;
	// better-auth refuses a path with an encoded slash.
	return /%2f|%5c/i.test(pathname) ? undefined : pathname + search;
}

/** How long a browser may take to leave before the page can be used again, in milliseconds. */
export const PATIENCE = 10_000;

/** Moves to the person's server; answers whether that went well. */
export const leave = async (
	url: unknown,
	navigate = (url: string): void => location.assign(url),
): Promise<boolean> =>
	typeof url === "string" && /^https?:/i.test(url) && attempt(() => navigate(url));

/** Calls back when the browser brings the page back as it was left: in the middle of leaving. */
export function onComeBack(callback: () => void): () => void {
	const onPageShow = ({ persisted }: PageTransitionEvent) => {
		if (persisted) callback();
	};
	addEventListener("pageshow", onPageShow);
	return () => removeEventListener("pageshow", onPageShow);
}
