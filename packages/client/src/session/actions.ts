import { onComeBack } from "../page.ts";
import { act, tellFrom } from "./act.ts";
import { formOptions } from "./form-options.ts";
import { followMenu } from "./menu.ts";
import { menuTextsOf } from "./menu-texts.ts";
import { pressForm, submitForm } from "./press-form.ts";
import { drop, loadAccounts } from "./switcher.ts";
import type { UserParts, UserState } from "./user-types.ts";
import { menuRows } from "./view-menu.ts";

/** Fills the menu. */
export function prepare({ state, patch }: UserParts): void {
	if (!state.rows) patch({ rows: menuRows });
}

/** Menus that are brought to life, and what ends them. */
const followed = new WeakMap<Element, AbortSignal>();

/** The menu was opened. */
export function open(parts: UserParts): Promise<void> | undefined {
	const { signal, patch, options, session } = parts;
	const menu = parts.root?.querySelector("details");
	if (menu?.open) placeMenu(parts, menu);
	prepare(parts);
	if (menu && followed.get(menu) !== signal) {
		followed.set(menu, signal);
		followMenu(menu, signal);
		onComeBack(() => patch({ busy: null, said: "" }), parts);
		const onOnline = () => {
			const { errors } = menuTextsOf(parts.options.labels);
			if (parts.state.error === errors.NETWORK_ERROR) patch({ error: null });
		};
		addEventListener("online", onOnline, parts);
		addEventListener("bsky:disconnect", (event) => drop(parts, event), parts);
	}
	const isOffered = options.switcher !== false && session.$state.value?.data?.did;
	return isOffered ? loadAccounts(parts) : undefined;
}

/** Has the menu begin at the side where there is room for it. */
function placeMenu({ patch }: UserParts, menu: HTMLElement): void {
	const items = menu.querySelector('[data-part="menu-items"]');
	if (!items) return;
	const { left, right } = menu.getBoundingClientRect();
	const { width } = items.getBoundingClientRect();
	const isLeftToRight = getComputedStyle(menu).direction === "ltr";
	const fits = isLeftToRight
		? right >= width
		: left + width <= document.documentElement.clientWidth;
	patch({ side: fits ? undefined : "start" });
}

export const retry = (parts: UserParts) => act(parts, "retry", () => parts.session.refetch());

export const signOut = (parts: UserParts) =>
	act(parts, "sign-out", async () => {
		const { session, options, patch } = parts;
		const { signingOut, errors } = menuTextsOf(options.labels);
		patch({ said: signingOut });
		await session.signOut();
		if (session.$state.value?.error) return patch({ isOutFailed: true, said: "" });
		patch({ hasLeft: true, said: errors.UNAUTHORIZED });
		tellFrom(parts, "sign-out", {}, options.onSignOut);
	});

/** Puts the form in the place of its button. */
export async function showForm(parts: UserParts): Promise<void> {
	const Component = await parts.load();
	const form = {
		Component,
		optionsOf: (options, shown) => formOptions(options, shown, parts.state),
	} satisfies UserState["form"];
	parts.patch({ form });
}

/** Does that, and presses it. */
export async function openForm(parts: UserParts): Promise<void> {
	const { state, patch } = parts;
	if (state.busy) return;
	patch({ busy: "form" });
	try {
		await showForm(parts);
		pressForm(parts.root);
	} catch {
		submitForm(parts.root);
	}
	patch({ busy: null });
}
