import { avatarProps } from "../avatar.ts";
import { iconProps } from "../icon.ts";
import { errorMessage, fill } from "../labels/text.ts";
import { nameOf, type Person } from "../person.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import type { Accounts, AccountsState, ConnectedAccount } from "./types.ts";

/** The props of the elements of a list of connected accounts, for a state of it. */
export function connectAccounts<T extends ElementProps = NeutralProps>(
	connected: Accounts,
	state: AccountsState = connected.$state.get(),
	normalize: Normalize<T> = neutral,
) {
	const { labels } = connected.options;
	const { status, accounts, busyDid } = state;
	const busy = status === "connecting" || status === "redirecting" || status === "disconnecting";
	const error = state.error && errorMessage(labels, state.error);
	const stateOf = (account: ConnectedAccount) =>
		account.did === busyDid ? "disconnecting" : "idle";

	return {
		/** All the texts. */
		labels,
		/** What is under way; after a failure, `error` says what went wrong. */
		status,
		/** Whether something is under way. */
		busy,
		/** The connected accounts; none until they are known. */
		accounts: accounts ?? [],
		/** Whether the accounts are not known yet. */
		isPending: accounts === null,
		/** What went wrong, as a sentence; `null` for nothing. */
		error,
		/** What to say in place of a list; `null` where there is one. */
		emptyText: accounts === null ? labels.loading : accounts.length ? null : labels.notConnected,
		/** The text of the connect button. */
		connectText: status === "redirecting" ? labels.redirecting : labels.connect,
		/** A `div` around everything. */
		getRootProps: () => normalize(part("connected", status), "element"),
		/** A `ul`. */
		getListProps: () =>
			normalize(
				{
					...part(
						"connected-list",
						accounts === null ? "pending" : accounts.length ? "some" : "none",
					),
					"aria-label": labels.connected,
				},
				"ul",
			),
		/** A `li` for each of `accounts`. */
		getAccountProps: (account: ConnectedAccount) =>
			normalize(part("connected-account", stateOf(account)), "li"),
		/**
		 * An `img` for anybody. Render it without an avatar too: it keeps its place. An empty `span`
		 * with the same `data-` attributes does so as well.
		 */
		getAvatarProps: (of: Person) => normalize(avatarProps(of), "img"),
		/** A `span` with `nameOf(account)` in it. */
		getNameProps: () => normalize({ ...part("name"), dir: "auto" }, "element"),
		/** A `span` with the handle in it. */
		getHandleProps: () => normalize({ ...part("handle"), dir: "ltr" }, "element"),
		/** The `button` that connects an account at `defaultServer`. */
		getConnectProps: () =>
			normalize(
				{
					...part("connect", status),
					type: "button",
					"aria-disabled": busy ? "true" : undefined,
					onClick: () => connected.add(),
				},
				"button",
			),
		/** The `button` that disconnects an account. Its text may be short: this names the account. */
		getDisconnectProps: (account: ConnectedAccount) =>
			normalize(
				{
					...part("disconnect", stateOf(account)),
					type: "button",
					"aria-label": fill(labels.disconnect, { name: nameOf(account) }),
					"aria-disabled": busy ? "true" : undefined,
					onClick: () => connected.disconnect(account.did),
				},
				"button",
			),
		/** An element with `error` in it; render it without one too, so that it is announced. */
		getErrorProps: () =>
			normalize({ ...part("error", error ? "shown" : "empty"), role: "alert" }, "element"),
		/** The butterfly, an `svg`. */
		getIconProps: () => normalize(iconProps(), "svg"),
	};
}

/** What {@link connectAccounts} gives. */
export type AccountsApi<T extends ElementProps = NeutralProps> = ReturnType<
	typeof connectAccounts<T>
>;
