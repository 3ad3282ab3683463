import { atom, onMount } from "nanostores";
import { failureOf } from "../ask.ts";
import type { BskySession } from "../core.ts";
import { inBrowser } from "../in-browser.ts";
import { NOBODY } from "./query.ts";
import type { Source } from "./sources.ts";
import { initialState } from "./state.ts";
import type { BskySessionController } from "./types.ts";
import { FRESH, isFresh, onWake } from "./wake.ts";

/** The session that a page shows. */
export interface KeptSession extends Omit<BskySessionController, "initialState"> {
	/**
	 * Takes what a server rendered with. The page may know better: each is shown once, since a cached
	 * page brings an old one again, and where it differs from what is known, the server is asked.
	 */
	offer(initial: BskySession | null): void;
	/** Asks again since something has been changed, such as the account that the session acts as. */
	renew(): Promise<void>;
}

/**
 * Shows what a source knows, while somebody looks. What a server has rendered counts as just asked
 * for: the source is left asleep, and the requests it makes, until something may have changed.
 */
export function keepSession({ query, signals, signOut, isForeign, changed }: Source): KeptSession {
	const $state = atom(initialState());
	const offered = new Set<string>();
	/** Whether the source has an answer that is newer than what a server rendered. */
	let isAnswered = true;
	let isFollowing = false;
	let offeredAt = 0;
	let stop = () => {};
	let timer: ReturnType<typeof setTimeout> | undefined;

	function show({ data, isPending, isRefetching, error: failed }: typeof query.value): void {
		const error = failed && failureOf(failed);
		const shown = $state.value.data;
		isAnswered ||= !isPending && !isRefetching && (!error || (shown !== null && isForeign(shown)));
		if (isAnswered) $state.set({ data, isPending, isRefetching, error });
		else $state.set({ ...$state.value, isRefetching, error });
	}

	function ask(): void {
		const { isPending, isRefetching, refetch } = query.value;
		if (!isPending && !isRefetching) void refetch();
	}

	function follow(): void {
		if (isFollowing) return;
		stop();
		isFollowing = true;
		stop = query.listen(show);
		if (!isAnswered) ask();
		show(query.value);
	}

	/** Something has happened (`isNews`), or may have. */
	function wake(isNews: boolean): void {
		if (!isNews && isFresh(offeredAt)) return;
		if (isFollowing) ask();
		else follow();
	}

	onMount($state, () => {
		if (!inBrowser()) return;
		if (isAnswered) follow();
		else {
			stop = onWake(wake, signals);
			wake(false);
		}
		return () => {
			stop();
			clearTimeout(timer);
			isFollowing = false;
		};
	});

	function take(initial: BskySession | null): void {
		const { data, isPending } = $state.value;
		const text = JSON.stringify(initial);
		const isNews = !offered.has(text);
		offered.add(text);
		if (!isPending && JSON.stringify(data) === text) return;
		if (isNews) {
			isAnswered = false;
			offeredAt = Date.now();
			$state.set(initialState(initial));
		}
		if (isPending || $state.lc === 0) return;
		clearTimeout(timer);
		if (isNews || !isFresh(offeredAt)) wake(isNews);
		// An old page, or somebody who was here before and is again.
		else timer = setTimeout(wake, FRESH, true);
	}

	async function refetch(): Promise<void> {
		if ($state.lc > 0) follow();
		$state.set({ ...$state.value, isRefetching: true });
		await query.value.refetch();
		show(query.value);
	}

	if (inBrowser() && !query.value.isPending) show(query.value);
	return {
		$state,
		refetch,
		renew() {
			changed();
			return refetch();
		},
		async signOut() {
			const { error } = await signOut();
			if (error) $state.set({ ...$state.value, error });
			else {
				query.set({ ...query.value, ...NOBODY });
				show(query.value);
			}
		},
		offer(initial) {
			// Whoever listens may not be told while something renders.
			if ($state.lc > 0) queueMicrotask(() => take(initial));
			else take(initial);
		},
	};
}
