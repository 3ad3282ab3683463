import { type BskyContext, themeOf } from "../context.ts";
import { el, icon, keyed, person, slotted, type View } from "../view.ts";
import { connectAccounts } from "./connect.ts";
import type { Accounts, AccountsState } from "./types.ts";

/** What `BlueskyAccounts` looks like in a state. */
export function viewAccounts(accounts: Accounts, state: AccountsState, context: BskyContext): View {
	const api = connectAccounts(accounts, state);
	return el(
		"div",
		{ ...api.getRootProps(), ...themeOf(context) },
		el(
			"ul",
			api.getListProps(),
			api.accounts.map((account) =>
				keyed(
					account.did,
					el(
						"li",
						api.getAccountProps(account),
						...person(api, account),
						el("button", api.getDisconnectProps(account), "×"),
					),
				),
			),
		),
		api.emptyText === null ? null : el("p", {}, api.emptyText),
		el("p", api.getErrorProps(), api.error),
		slotted("button", el("button", api.getConnectProps(), icon(api), api.connectText)),
	);
}
