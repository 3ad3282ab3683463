import type { ReadableAtom } from "nanostores";
import { CHANNEL } from "./tell-other-tabs.ts";

/** How recent an answer must be not to be asked for again on focus, in milliseconds. */
export const FRESH = 5000;

// A clock may be set back meanwhile.
export const isFresh = (time: number): boolean => Math.abs(Date.now() - time) < FRESH;

/**
 * Calls back when the session may have changed behind the page's back: the person returns to the
 * tab (`isNews` is false), or to a page that was left, or another tab or the app's better-auth client
 * says so.
 */
export function onWake(
	callback: (isNews: boolean) => void,
	signals: ReadableAtom<unknown>[],
): () => void {
	const onReturn = () => {
		if (document.visibilityState !== "hidden") callback(false);
	};
	const onStorage = ({ key }: StorageEvent) => {
		if (key === CHANNEL) callback(true);
	};
	const life = new AbortController();
	document.addEventListener("visibilitychange", onReturn, life);
	addEventListener("focus", onReturn, life);
	addEventListener("online", onReturn, life);
	addEventListener("storage", onStorage, life);
	// Whatever other pages of this tab have done, one that was kept aside hasn't heard of.
	addEventListener("pageshow", ({ persisted }) => persisted && callback(true), life);
	const unlisten = signals.map((signal) => signal.listen(() => callback(true)));
	return () => {
		for (const stop of unlisten) stop();
		life.abort();
	};
}
