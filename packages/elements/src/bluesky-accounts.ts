import {
	addOptions,
	createAccounts,
	listOptions,
	viewAccounts,
	withOptions,
} from "@better-auth-bsky/client/accounts";
import { elementWith, type Host, type Life } from "./element.ts";
import { innerSignIn } from "./inner-sign-in.ts";
import { ACCOUNTS, type BlueskyAccountsProps } from "./options.ts";

/**
 * The connected accounts of a settings page. A child with `slot="button"` is the button that connects
 * one, or what is in it.
 */
export class BlueskyAccounts extends elementWith(ACCOUNTS, live) {}

function live({ element, options, context, given, update }: Host<BlueskyAccountsProps>): Life {
	const listed = () => {
		const { heading, ...own } = options();
		return listOptions(own);
	};
	const accounts = createAccounts(listed());
	return {
		mount() {
			const unlisten = accounts.$state.listen(update);
			const unmount = accounts.mount();
			return () => {
				unlisten();
				unmount();
			};
		},
		view() {
			accounts.setOptions(listed());
			const { heading: title, classNames } = options();
			return viewAccounts(accounts, accounts.$state.get(), { title, classNames }, context());
		},
		slot(name) {
			if (name !== "add") return undefined;
			const shown = withOptions(accounts, listed());
			const add = innerSignIn(element, addOptions(shown, accounts.$state.get(), options()));
			add.append(...given("button"));
			return add;
		},
	};
}

declare global {
	interface HTMLElementTagNameMap {
		"bluesky-accounts": BlueskyAccounts;
	}
}
