import { TYPEAHEAD } from "../paths.ts";
import { type Person, peopleIn } from "../person.ts";
import { handleIn, queryIn } from "./handle.ts";
import type { Form } from "./types.ts";

/** How long a person rests before suggestions are asked for, in milliseconds. */
const REST = 150;

/** Keeps suggestions, and the person a complete handle belongs to, in step with the field. */
export function createSuggest(form: Form) {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let asking: AbortController | undefined;

	function stop(): void {
		clearTimeout(timer);
		asking?.abort();
	}

	function lookUp(): void {
		const { state, options } = form;
		const text = state.value;
		// What an input method is still composing is no text yet.
		if (state.composing) return;
		stop();
		// Whoever is known already is recognised at once, and nobody stays who no longer fits.
		form.patch({
			highlighted: -1,
			foundNobody: false,
			person: whose(text, state.suggestions),
		});
		const q = queryIn(text);
		const { suggestions } = options;
		if (!q || !suggestions || !state.suggestible || state.mode === "server") {
			form.patch({ suggestions: [], open: false });
			return;
		}
		if (suggestions === "person" && !q.includes(".")) return;
		timer = setTimeout(async () => {
			asking = new AbortController();
			const { signal } = asking;
			const query = { q, ...(suggestions === "person" && { limit: "1" }) };
			const { data, error } = await form.ask<{ actors?: unknown }>(TYPEAHEAD, {
				query,
				signal,
			});
			// A later text has taken over, whether or not the request took notice.
			if (signal.aborted) return;
			const found = peopleIn<Person>(data?.actors);
			const { suggestions: before, highlighted, focused, wanted } = form.state;
			form.patch({
				open: suggestions === true && found.length > 0 && focused && wanted,
				suggestions: found,
				// Whoever was being chosen from the list before stays so.
				highlighted: found.findIndex(({ handle }) => handle === before[highlighted]?.handle),
				person: whose(text, found),
				suggestible: error?.status !== 404,
				foundNobody: !error && suggestions === true && found.length === 0,
			});
		}, REST);
	}

	return { lookUp, stop };
}

/** The one of these people whose complete handle was typed. */
function whose(text: string, people: readonly Person[]): Person | null {
	const handle = handleIn(text);
	return people.find((person) => person.handle === handle) ?? null;
}
