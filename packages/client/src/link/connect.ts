import { avatarProps } from "../avatar.ts";
import { iconProps } from "../icon.ts";
import { errorMessage, fill } from "../labels/text.ts";
import { nameOf, type Person } from "../person.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import type { Link, LinkedAccount, LinkState } from "./types.ts";

/** The props of the elements of a list of connected accounts, for a state of it. */
export function connectLink<T extends ElementProps = NeutralProps>(
	link: Link,
	state: LinkState = link.$state.get(),
	normalize: Normalize<T> = neutral as Normalize<T>,
) {
	const { labels } = link.options;
	const { status, accounts, busyDid } = state;
	const busy = status === "connecting" || status === "redirecting" || status === "disconnecting";
	const error = state.error && errorMessage(labels, state.error);
	const stateOf = (account: LinkedAccount) => (account.did === busyDid ? "disconnecting" : "idle");

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
		getRootProps: () => normalize(part("link", status), "element"),
		/** A `ul`. */
		getListProps: () =>
			normalize(
				{
					...part("linked", accounts === null ? "pending" : accounts.length ? "some" : "none"),
					"aria-label": labels.connected,
				},
				"ul",
			),
		/** A `li` for each of `accounts`. */
		getAccountProps: (account: LinkedAccount) =>
			normalize(part("linked-account", stateOf(account)), "li"),
		/**
		 * An `img` for anybody. Render it without an avatar too: it keeps its place. An empty `span` with the same
		 * `data-` attributes does so as well.
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
					onClick: () => link.connect(),
				},
				"button",
			),
		/** The `button` that disconnects an account. Its text may be short: this names the account. */
		getDisconnectProps: (account: LinkedAccount) =>
			normalize(
				{
					...part("disconnect", stateOf(account)),
					type: "button",
					"aria-label": fill(labels.disconnect, { name: nameOf(account) }),
					"aria-disabled": busy ? "true" : undefined,
					onClick: () => link.disconnect(account.did),
				},
				"button",
			),
		/** An element with `error` in it; render it without one too, so that it is announced. */
		getErrorProps: () =>
			normalize({ ...part("error", error ? "shown" : "empty"), role: "alert" }, "element"),
		/** The butterfly, an `svg`. */
		getIconProps: () => normalize(iconProps(), "element"),
	};
}

/** What {@link connectLink} gives. */
export type LinkApi<T extends ElementProps = NeutralProps> = ReturnType<typeof connectLink<T>>;
