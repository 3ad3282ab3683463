import { isElement, type PointerLikeEvent, type TargetEvent } from "../events.ts";
import { errorMessage } from "../labels/text.ts";
import { SIGN_IN } from "../paths.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import { dialogOf, elementById, idsOf } from "./ids.ts";
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
	const { id, labels, baseURL, defaultServer, intent } = signIn.options;
	const openText =
		signIn.options.openText ??
		(intent === "sign-in"
			? labels.signIn
			: intent === "connect"
				? labels.connect
				: labels.reconnect);
	const close = ({ currentTarget }: TargetEvent) => dialogOf(id, currentTarget)?.close();

	function open(opener: unknown): void {
		const dialog = dialogOf(id, opener);
		// One that was moved while it was open is open still, and no modal one.
		dialog?.close();
		dialog?.showModal();
		signIn.show();
		const beside = isElement(opener) ? opener : null;
		const field = elementById(idsOf(id).input, beside);
		// Whoever has been here before finds the accounts in its place.
		(field ?? dialog?.querySelector<HTMLElement>("li button"))?.focus();
	}

	return {
		/** The text of the button. */
		openText,
		/** What the page came back with, to be said beside it: the dialog is closed then. */
		openError: state.error && !state.seen ? errorMessage(labels, state.error) : null,
		/** A `form` around the button, with `getHiddenInputs()` in it. */
		getOpenFormProps: () =>
			normalize(
				{
					...part("open-form"),
					action: baseURL + SIGN_IN,
					method: "post",
					target: "_top",
					onSubmit(event) {
						event.preventDefault();
						open(event.currentTarget);
					},
				},
				"form",
			),
		/** The `button` that opens the dialog, with `openText` in it. */
		getOpenProps: () =>
			normalize(
				{
					...part("open", state.status),
					"data-variant": intent === "connect" ? "secondary" : "primary",
					type: "submit",
					name: "handle",
					value: defaultServer,
					"aria-haspopup": state.mounted ? "dialog" : undefined,
					// Inside another form its `submit` never arrives.
					onClick(event) {
						event.preventDefault();
						open(event.currentTarget);
					},
				},
				"button",
			),
		/** An element beside it with `openError` in it. */
		getOpenErrorProps: () =>
			normalize(
				{ ...part("error", state.error && !state.seen ? "shown" : "empty"), role: "alert" },
				"element",
			),
		/** The `dialog`. What is begun in it ends with it. */
		getDialogProps: () =>
			normalize(
				{
					...part("dialog"),
					id: idsOf(id).dialog,
					"aria-label": openText,
					onClose: () => signIn.hide(),
					onPointerDown(event) {
						if (isBeside(event)) close(event);
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
					onClick: close,
				},
				"button",
			),
	};
}
