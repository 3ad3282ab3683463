import { isElement } from "../events.ts";
import { fill } from "../labels/text.ts";
import { atHandle, nameOf } from "../person.ts";
import { tell } from "../tell.ts";
import { fieldOf, focusSoon } from "./ids.ts";
import { forgetRemembered } from "./remembered.ts";
import { isBusy } from "./state.ts";
import type { Form, SignIn } from "./types.ts";

/** What a person does to the accounts that are kept on this device. */
export const createKept = (
	form: Form,
	show: () => void,
): Pick<SignIn, "useAnother" | "edit" | "forget"> => ({
	useAnother(another) {
		if (isBusy(form)) return;
		form.patch({ another, editing: false, status: "idle", error: null });
		focusSoon(() =>
			another ? fieldOf(form) : (form.root?.querySelector<HTMLElement>("li button") ?? null),
		);
		if (another) show();
	},
	edit: (editing) => form.patch({ editing }),
	forget(handle, button) {
		const item = isElement(button) ? button.closest("li") : null;
		const next = item?.nextElementSibling ?? item?.previousElementSibling;
		const { options, state } = form;
		const person = state.accounts.find((one) => one.handle === handle);
		forgetRemembered(handle);
		// Not as the storage has them, which may keep what it has.
		const accounts = state.accounts.filter((one) => one.handle !== handle);
		const name = person ? nameOf(person) : atHandle(handle);
		form.patch({
			accounts,
			editing: state.editing && accounts.length > 0,
			told: fill(options.labels.forgotten, { name }),
		});
		if (next) next.querySelector<HTMLElement>('[type="button"]')?.focus();
		else focusSoon(() => fieldOf(form));
		tell(form.root, "forget", { handle }, options.onForget);
	},
});
