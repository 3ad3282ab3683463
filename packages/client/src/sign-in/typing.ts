import { problemOf } from "./handle.ts";
import { fieldOf } from "./ids.ts";
import { CLOSED, isBusy } from "./state.ts";
import type { Form, SignIn } from "./types.ts";

/** What a person does to the field. */
export function createTyping(
	form: Form,
	lookUp: () => void,
): Pick<SignIn, "input" | "compose" | "focus" | "setMode"> {
	function input(value: string): void {
		if (isBusy(form)) return;
		form.patch({
			value,
			status: "idle",
			error: null,
			pressed: null,
			sent: null,
			wanted: true,
			told: "",
		});
		lookUp();
	}

	return {
		input,
		compose(composing) {
			form.patch({ composing });
			lookUp();
		},
		focus(focused) {
			form.patch({ focused });
			if (focused) return;
			const { value, mode, error: before } = form.state;
			// What has failed keeps its place and its way out.
			const error = value.trim() && !before && !isBusy(form) ? problemOf(value, mode) : null;
			form.patch({ ...(error && { status: "failed", error, pressed: null }), ...CLOSED });
		},
		setMode(mode) {
			if (isBusy(form)) return;
			form.patch({ mode });
			input("");
			fieldOf(form)?.focus();
		},
	};
}
