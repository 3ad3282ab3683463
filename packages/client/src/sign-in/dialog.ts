import { isElement, type PointerLikeEvent } from "../events.ts";
import { SIGN_IN } from "../paths.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import { dialogOf, fieldOf, idsOf } from "./ids.ts";
import type { SignIn, SignInState } from "./types.ts";

/** The backdrop belongs to the dialog, and so does its padding: the place decides. */
function isBeside({ target, currentTarget, clientX: x, clientY: y }: PointerLikeEvent): boolean {
	if (target !== currentTarget || !isElement(currentTarget)) return false;
	const { left, right, top, bottom } = currentTarget.getBoundingClientRect();
	return x < left || x > right || y < top || y > bottom;
}

/**
 * The props of a `<dialog>` around the form, and of the button that opens it. Without JavaScript that
 * button signs in where "Continue with Bluesky" does, so nobody meets a button that does nothing.
 */
export function connectDialog<T extends ElementProps = NeutralProps>(
	signIn: SignIn,
	state: SignInState = signIn.$state.get(),
	normalize: Normalize<T> = neutral,
) {
	const { id, labels, baseURL, defaultServer } = signIn.options;
	const dialog = () => dialogOf({ id });

	return {
		/** A `form` around the button, with `getHiddenInputs()` in it. */
		getOpenFormProps: () =>
			normalize(
				{
					...part("open-form"),
					action: baseURL + SIGN_IN,
					method: "post",
					onSubmit(event) {
						event.preventDefault();
						dialog()?.showModal();
						fieldOf({ id })?.focus();
					},
				},
				"form",
			),
		/** The `button` that opens the dialog. */
		getOpenProps: () =>
			normalize(
				{
					...part("open", state.status),
					type: "submit",
					name: "handle",
					value: defaultServer,
					"aria-haspopup": state.mounted ? "dialog" : undefined,
				},
				"button",
			),
		/** An element beside it with `error` in it, for who comes back with one. */
		getOpenErrorProps: () =>
			normalize({ ...part("error", state.error ? "shown" : "empty"), role: "alert" }, "element"),
		/** The `dialog`. What is begun in it ends with it. */
		getDialogProps: () =>
			normalize(
				{
					...part("dialog"),
					id: idsOf(id).dialog,
					"aria-label": labels.signIn,
					onClose: () => signIn.abort(),
					onPointerDown(event) {
						if (isBeside(event)) dialog()?.close();
					},
				},
				"dialog",
			),
		/** The `button` that closes it. */
		getCloseProps: () =>
			normalize(
				{
					...part("close"),
					type: "button",
					"aria-label": labels.close,
					onClick: () => dialog()?.close(),
				},
				"button",
			),
	};
}
