import { avatarProps } from "../avatar.ts";
import { fill } from "../labels/text.ts";
import { nameOf, type Person } from "../person.ts";
import { type ElementProps, type Normalize, part } from "../props.ts";
import type { SignIn, SignInStatus } from "./types.ts";

/** The props of people, and of those among them who signed in on this device before. */
export function connectAccounts<T extends ElementProps>(
	signIn: SignIn,
	status: SignInStatus,
	disabled: "true" | undefined,
	normalize: Normalize<T>,
) {
	const { labels } = signIn.options;
	return {
		/**
		 * An `img` for anybody. Render it without an avatar too: it keeps its place. An empty `span`
		 * with the same `data-` attributes does so as well.
		 */
		getAvatarProps: (of: Person) => normalize(avatarProps(of), "img"),
		/** A `span` with `nameOf(person)` in it. */
		getNameProps: () => normalize({ ...part("name"), dir: "auto" }, "element"),
		/** A `span` with a handle in it. */
		getHandleProps: () => normalize({ ...part("handle"), dir: "ltr" }, "element"),
		/** A `ul` of `accounts`; leave it out while there are none. */
		getAccountsProps: () => normalize({ ...part("accounts"), "aria-label": labels.accounts }, "ul"),
		/** A `li` around the buttons of one of `accounts`. */
		getAccountItemProps: () => normalize(part("account-item"), "li"),
		/** A `button` in the form, for one of `accounts`: signs in with it. */
		getAccountProps: (account: Person) =>
			normalize(
				{
					...part("account", status),
					type: "submit",
					name: "handle",
					value: account.handle,
					formnovalidate: true,
					"aria-disabled": disabled,
				},
				"button",
			),
		/** A `button` beside it: removes it from this device. */
		getForgetProps: (account: Person) =>
			normalize(
				{
					...part("forget"),
					type: "button",
					"aria-label": fill(labels.forget, { name: nameOf(account) }),
					onClick: () => signIn.forget(account.handle),
				},
				"button",
			),
	};
}
