import { takeCallbackError, thisPage } from "../page.ts";
import { forgetTrip, lastTrip } from "../trip.ts";
import { fieldOf } from "./ids.ts";
import { loadRemembered } from "./remembered.ts";
import type { Form } from "./types.ts";

/** Takes in what only a browser knows: the page, its field, and what is kept on this device. */
export function arrive(form: Form): void {
	const { state, options, patch } = form;
	const error = takeCallbackError(options);
	// Who has cancelled finds what they had typed.
	const trip = error ? lastTrip() : null;
	if (trip) forgetTrip();
	const field = fieldOf(form);
	// The person may have been quicker than the script.
	const now = field?.value;
	const typed = now && now !== state.value ? now : state.early;
	const focused = field ? field === activeIn(field) : state.focused;
	patch({
		value: typed || state.value || trip?.typed || "",
		early: "",
		mounted: true,
		focused,
		accounts: loadRemembered(),
		another: state.another || focused || Boolean(typed),
		errorCallbackURL: thisPage(),
		...(error && { status: "failed", error }),
	});
}

const activeIn = (element: Element) => {
	const root = element.getRootNode();
	return "activeElement" in root ? (root as Document | ShadowRoot).activeElement : null;
};
