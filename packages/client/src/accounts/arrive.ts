import { onComeBack, takeCallbackError, thisPage } from "../page.ts";
import { isFresh, onWake } from "../session/wake.ts";
import { forgetTrip, tripOf } from "../trip.ts";
import { ADDING } from "./connection.ts";
import { askedAt, forget, load } from "./load.ts";
import { indexOf, QUIET, SIGNED_OUT, withCurrent, without } from "./state.ts";
import type { List } from "./types.ts";

/** Takes in what only a browser knows, loads the accounts, and listens until the list's life ends. */
export function arrive(list: List): void {
	const { options, patch } = list;
	const trip = tripOf();
	const did = trip.startsWith("did:") ? trip : null;
	const isOurs = did !== null || trip === ADDING;
	const code = takeCallbackError({ ...options, by: isOurs ? trip : "" });
	if (isOurs && code) forgetTrip();
	patch({ page: thisPage() });
	if (code) list.fail(code, did);
	void load(list);
	onComeBack(() => patch(QUIET), list);
	const onOnline = () => {
		if (list.state.error === "NETWORK_ERROR") patch(QUIET);
	};
	addEventListener("online", onOnline, list);
	// Whoever is signed in by then may have others.
	addEventListener("bsky:sign-out", () => forget(list), list);
	const sleep = onWake((isNews) => {
		const { loadError } = list.state;
		// Whoever signs in elsewhere makes news of it.
		const isDue = loadError ? loadError !== SIGNED_OUT : !isFresh(askedAt(list));
		if (isNews || isDue) void load(list);
	}, []);
	list.signal.addEventListener("abort", sleep);
	// In another list, and in the menu of who is signed in, too.
	const didIn = (event: Event): unknown => Object(event).detail?.did;
	addEventListener(
		"bsky:disconnect",
		(event) => patch({ accounts: without(list, didIn(event)) }),
		list,
	);
	addEventListener(
		"bsky:switch",
		(event) => {
			const did = didIn(event);
			if (indexOf(list, did) >= 0) patch({ accounts: withCurrent(list, did) });
		},
		list,
	);
}
