import { createAsk } from "../ask.ts";
import { type Person, peopleIn } from "../person.ts";
import { handleIn, queryIn } from "./handle.ts";
import type { Context } from "./types.ts";

/** How long a person rests before suggestions are asked for, in milliseconds. */
const REST = 150;

/** Keeps suggestions, and the person a complete handle belongs to, in step with the field. */
export function createSuggest(context: Context) {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let asking: AbortController | undefined;

	function stop(): void {
		clearTimeout(timer);
		asking?.abort();
	}

	function lookUp(text: string, show: () => boolean): void {
		stop();
		const { state, options } = context;
		// Whoever is known already is recognised at once, and nobody stays who no longer fits.
		context.patch({ highlighted: -1, person: whose(text, state.suggestions) });
		const q = queryIn(text);
		const { suggestions } = options;
		if (!q || !suggestions || !state.suggestible || state.mode === "server") {
			context.patch({ suggestions: [], open: false });
			return;
		}
		if (suggestions === "person" && !q.includes(".")) return;
		timer = setTimeout(async () => {
			asking = new AbortController();
			const { signal } = asking;
			const query: Record<string, string> = suggestions === "person" ? { q, limit: "1" } : { q };
			const { data, error } = await createAsk(options)<{ actors?: unknown }>("/bsky/typeahead", {
				query,
				signal,
			});
			// A later text has taken over, whether or not the request took notice.
			if (signal.aborted) return;
			const found = peopleIn<Person>(data?.actors);
			const chosen = context.state.suggestions[context.state.highlighted];
			context.patch({
				suggestions: found,
				open: suggestions === true && found.length > 0 && show(),
				// Whoever was being chosen from the list before stays so.
				highlighted: found.findIndex(({ handle }) => handle === chosen?.handle),
				person: whose(text, found),
				suggestible: error?.status !== 404,
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
