import { nameOf } from "../person.ts";
import type { Accounts, AccountsOptions, AccountsState, BlueskyAccountsOptions } from "./types.ts";

/** The options of a `BlueskyAccounts` for its list. */
export const listOptions = ({
	title,
	className,
	classNames,
	...options
}: BlueskyAccountsOptions): AccountsOptions => options;

/**
 * The options of the `BlueskySignIn` that connects an account of any server, as a dialog. What it
 * comes back with is the list's to say.
 */
export function addOptions(
	accounts: Accounts,
	state: AccountsState,
	{ labels, classNames, ...options }: BlueskyAccountsOptions,
) {
	const { connect, connectAnother } = accounts.options.labels;
	const text = state.accounts?.length ? connectAnother : connect;
	const current = state.accounts?.find((account) => account.current);
	return {
		as: "dialog" as const,
		intent: "connect" as const,
		signedInAs: current && nameOf(current),
		link: true,
		authClient: options.authClient,
		baseURL: options.baseURL,
		fetch: options.fetch,
		callbackURL: options.callbackURL ?? state.page,
		errorCallbackURL: options.errorCallbackURL,
		defaultServer: options.defaultServer,
		replaceURL: options.replaceURL,
		navigate: accounts.depart,
		labels,
		openText: text,
		...(classNames && { classNames }),
	};
}
