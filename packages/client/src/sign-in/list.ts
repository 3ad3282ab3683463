import { tell } from "../tell.ts";
import { CLOSED, isBusy } from "./state.ts";
import type { Form, SignIn } from "./types.ts";

/** What a person does to the list. */
export const createList = (
	form: Form,
	stop: () => void,
	go: (handle: string) => void,
): Pick<SignIn, "open" | "close" | "highlight" | "pick"> => ({
	open() {
		const { state, options } = form;
		const open = options.suggestions === true && state.suggestions.length > 0;
		form.patch({ open, wanted: true });
	},
	close: () => form.patch({ wanted: false, ...CLOSED }),
	highlight: (highlighted) => form.patch({ highlighted }),
	pick(index, isTap = false) {
		const person = form.state.suggestions[index];
		if (!person || isBusy(form)) return;
		stop();
		form.patch({
			value: person.handle,
			person,
			status: "idle",
			error: null,
			sent: null,
			...CLOSED,
		});
		const { handle, did } = person;
		tell(form.root, "suggestion-pick", { handle, did }, form.options.onSuggestionPick);
		if (isTap && form.options.pickSubmits !== false) go(handle);
	},
});
