import { type BskyContext, themeOf } from "../context.ts";
import { part } from "../props.ts";
import { dress, el, keyed, person, type View, words } from "../view.ts";
import { type AccountsApi, connectAccounts } from "./connect.ts";
import type { Accounts, AccountsState, BlueskyAccountsOptions, ConnectedAccount } from "./types.ts";

/** What `BlueskyAccounts` looks like in a state. */
export function viewAccounts(
	accounts: Accounts,
	state: AccountsState,
	{ title, ...looks }: Pick<BlueskyAccountsOptions, "title" | "className" | "classNames">,
	context: BskyContext,
): View {
	const api = connectAccounts(accounts, state);
	const { labels } = api;
	const view = el(
		"div",
		{ ...api.getRootProps(), ...themeOf(context) },
		title === false ? null : el("h2", api.getTitleProps(), title ?? labels.connected),
		el(
			"ul",
			api.getListProps(),
			api.accounts.map((account) => keyed(account.did, row(api, account))),
		),
		api.emptyText === null ? null : el("p", part("empty"), api.emptyText),
		el("p", api.getErrorProps(), api.error),
		api.canRetry
			? el("button", api.getRetryProps(), ring(api.isLoading), words(labels.retry))
			: null,
		el("div", api.getAddProps(), { slot: "add" }),
		el("p", api.getStatusProps(), api.statusText),
	);
	return dress(view, looks);
}

/** An account: who it is, how it stands, and what can be done, or the question before that. */
const row = (api: AccountsApi, account: ConnectedAccount) =>
	el(
		"li",
		api.getAccountProps(account),
		el("div", part("person"), ...person(account)),
		chips(api, account),
		api.isAsked(account) ? question(api, account) : null,
		api.isAsked(account) ? null : actions(api, account),
		el("p", api.getAccountErrorProps(account), api.errorOf(account)),
	);

const chips = (api: AccountsApi, account: ConnectedAccount) =>
	el(
		"div",
		part("chips"),
		account.current && api.accounts.length > 1
			? el("span", api.getCurrentProps(), api.labels.current)
			: null,
		el("span", api.getStateProps(account), account.active ? api.labels.active : api.labels.ended),
	);

const actions = (api: AccountsApi, account: ConnectedAccount) => {
	const { labels } = api;
	return el(
		"div",
		api.getActionsProps(),
		el("button", api.getDisconnectProps(account), labels.disconnect),
		api.canBeCurrent(account)
			? el(
					"button",
					api.getMakeCurrentProps(account),
					ring(api.isPressed("make-current", account)),
					words(labels.makeCurrent),
				)
			: null,
		account.active
			? null
			: el(
					"button",
					api.getReconnectProps(account),
					ring(api.isPressed("reconnect", account)),
					words(api.reconnectTextOf(account)),
				),
	);
};

const question = (api: AccountsApi, account: ConnectedAccount) => {
	const { labels } = api;
	return el(
		"div",
		api.getQuestionProps(account),
		el("p", part("subtitle"), api.questionOf(account)),
		el("p", part("helper"), labels.disconnectLoss),
		el(
			"div",
			api.getActionsProps(),
			el("button", api.getKeepProps(), labels.keep),
			el(
				"button",
				api.getDisconnectProps(account),
				ring(api.isPressed("disconnect", account)),
				words(labels.disconnect),
			),
		),
	);
};

/** In a button that was pressed. */
const ring = (isBusy: boolean): View =>
	isBusy ? el("span", { ...part("ring"), "aria-hidden": "true" }) : null;
