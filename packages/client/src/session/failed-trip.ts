import { forgetTrip, isOver, lastTrip } from "../trip.ts";
import { fail } from "./act.ts";
import { showForm } from "./actions.ts";
import type { UserParts } from "./user-types.ts";

/** Whether a form's trip has come back with a failure that no form on the page has taken. */
export function hasFormFailed(): boolean {
	const trip = lastTrip();
	return trip !== null && !trip.by && isOver(trip) && /[?&]error=/.test(location.search);
}

/**
 * Says it: in the menu of whoever is signed in, else by the form, which is shown for that. The URL keeps
 * what isn't ours.
 */
export async function tellFailure(parts: UserParts, isSomebody: boolean): Promise<void> {
	const { labels } = parts.options;
	const { hasFailure, takeFailure } = await import("./sentences.ts");
	if (parts.signal.aborted) return;
	if (!hasFailure(labels)) return forgetTrip();
	// The form takes it by itself.
	if (!isSomebody) return parts.state.form ? undefined : showForm(parts).catch(forgetTrip);
	const code = takeFailure(labels);
	forgetTrip();
	if (code) await fail(parts, code);
}
