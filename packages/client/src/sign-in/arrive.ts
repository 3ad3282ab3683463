import { takeCallbackError, thisPage } from "../page.ts";
import { fieldOf } from "./ids.ts";
import { endAttempt, loadRemembered } from "./remembered.ts";
import type { Form } from "./types.ts";

/** Takes in what only a browser knows: the page, its field, and what is kept on this device. */
export function arrive({ state, options, patch }: Form): void {
	const error = takeCallbackError(options);
	endAttempt(error !== null);
	const field = fieldOf(options);
	// The person may have been quicker than the script.
	const now = field?.value;
	const typed = now && now !== state.value ? now : state.early;
	patch({
		value: typed || state.value,
		early: "",
		mounted: true,
		focused: field ? field === document.activeElement : state.focused,
		accounts: options.remember ? loadRemembered() : [],
		errorCallbackURL: thisPage(),
		...(error && { status: "failed", error }),
	});
}
