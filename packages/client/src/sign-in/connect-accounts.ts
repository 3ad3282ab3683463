import { fill } from "../labels/text.ts";
import { nameOf, type Person } from "../person.ts";
import { type ElementProps, type Normalize, part } from "../props.ts";
import type { Look } from "./connect.ts";
import type { SignIn, SignInState } from "./types.ts";

/** The props of the accounts that were used on this device before. */
export function connectAccounts<T extends ElementProps>(
	signIn: SignIn,
	state: SignInState,
	{ labels, busy, disabled, accounts, isReturning }: Look,
	normalize: Normalize<T>,
) {
	const { pressed, status, editing } = state;
	const pressedHandle = typeof pressed === "object" ? pressed?.account : undefined;
	const isPressed = ({ handle }: Person) => busy && handle === pressedHandle;
	return {
		/** Accounts used on this device before, the latest first. */
		accounts,
		/** Whether some of them are being removed. */
		editing,
		/** Whether this one was pressed, and is under way. */
		isPressed,
		/** A `ul` of `accounts`; leave it out while there are none. */
		getAccountsProps: () => normalize({ ...part("accounts"), "aria-label": labels.accounts }, "ul"),
		/** A `li` around the buttons of one of `accounts`. */
		getAccountItemProps: () => normalize(part("account-item"), "li"),
		/** A `button` in the form, for one of `accounts`: signs in with it. */
		getAccountProps: (account: Person) =>
			normalize(
				{
					...part("account", isPressed(account) ? status : busy ? "waiting" : "idle"),
					"data-variant":
						isReturning && (busy ? isPressed(account) : account === accounts[0])
							? "primary"
							: "secondary",
					type: "submit",
					name: "handle",
					value: account.handle,
					formnovalidate: true,
					"aria-disabled": disabled,
					onClick(event) {
						event.preventDefault();
						void signIn.signInAs(account.handle);
					},
				},
				"button",
			),
		/** In it: that this one was used last, or what is under way. */
		getAccountNoteProps: () => normalize(part("account-note"), "element"),
		/** A `button` beside it while `editing`: removes it from this device. */
		getForgetProps: (account: Person) =>
			normalize(
				{
					...part("forget"),
					type: "button",
					"aria-label": fill(labels.forget, { name: nameOf(account) }),
					onClick: ({ currentTarget }) => signIn.forget(account.handle, currentTarget),
				},
				"button",
			),
		/** A `button` that shows the whole form, or the accounts again. */
		getAnotherProps: () =>
			normalize(
				{
					...part("another"),
					type: "button",
					"aria-disabled": disabled,
					onClick(event) {
						// Vue has made it the button that submits by the time that it would.
						event.preventDefault();
						signIn.useAnother(isReturning);
					},
				},
				"button",
			),
		/** A `button` that begins or ends to remove some of them. */
		getEditProps: () =>
			normalize(
				{ ...part("edit"), type: "button", onClick: () => signIn.edit(!editing) },
				"button",
			),
	};
}
