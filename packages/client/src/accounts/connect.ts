import { avatarProps, handleProps, nameProps } from "../avatar.ts";
import { errorMessage, fill } from "../labels/text.ts";
import type { Person } from "../person.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import { connectAccount } from "./connect-account.ts";
import type { Accounts, AccountsState } from "./types.ts";

/** The props of the elements of a list of connected accounts, for a state of it. */
export function connectAccounts<T extends ElementProps = NeutralProps>(
	connected: Accounts,
	state: AccountsState = connected.$state.get(),
	normalize: Normalize<T> = neutral,
) {
	const { labels } = connected.options;
	const { status, accounts, isLoading } = state;
	const code = state.errorDid === null && state.error ? state.error : state.loadError;
	const error = code && errorMessage(labels, code);
	const count = accounts?.length ?? 0;

	return {
		...connectAccount(connected, state, normalize),
		/** All the texts. */
		labels,
		/** What is under way; after a failure, `error` says what went wrong. */
		status,
		/** Whether something is under way. */
		busy: status !== "idle" && status !== "failed",
		/** The connected accounts; none until they are known. */
		accounts: accounts ?? [],
		/** Whether the accounts are not known yet. */
		isPending: accounts === null,
		/** Whether they are asked for. */
		isLoading,
		/** Whether the accounts couldn't be had: offer the button that asks for them again. */
		canRetry: state.loadError !== null,
		/** What went wrong with no single account, as a sentence; `null` for nothing. */
		error,
		/** What to say in place of a list; `null` where there is one. */
		emptyText:
			accounts === null ? (isLoading ? labels.loading : null) : count ? null : labels.notConnected,
		/** The text of the button that connects an account. */
		connectText: count ? labels.connectAnother : labels.connect,
		/** What to announce: what was done, or where the browser goes. */
		statusText: state.news
			? fill(labels[state.news.what], { name: state.news.name })
			: status === "redirecting"
				? fill(labels.redirecting, { server: state.server ?? "" })
				: "",
		/** A `div` around everything. */
		getRootProps: () =>
			normalize(
				{ ...part("connected", status), lang: labels.locale, ref: connected.setRoot },
				"element",
			),
		/** The heading, with `labels.connected` in it. */
		getTitleProps: () => normalize(part("title"), "element"),
		/** A `ul`. */
		getListProps: () =>
			normalize(
				{
					...part("connected-list", accounts === null ? "pending" : count ? "some" : "none"),
					"aria-label": labels.connected,
				},
				"ul",
			),
		/**
		 * An `img` for anybody. Render it without an avatar too: it keeps its place. An empty `span`
		 * with the same `data-` attributes does so as well.
		 */
		getAvatarProps: (of: Person) => normalize(avatarProps(of), "img"),
		/** A `span` with `nameOf(account)` in it. */
		getNameProps: () => normalize(nameProps(), "element"),
		/** A `span` with the handle in it. */
		getHandleProps: () => normalize(handleProps(), "element"),
		/** A `div` around what connects an account: no main action where one is connected already. */
		getAddProps: () => normalize(part("add", count ? "secondary" : "primary"), "element"),
		/**
		 * An element with `error` in it; render it without one too, so that it is announced. What signs
		 * somebody out says so itself.
		 */
		getErrorProps: () =>
			normalize(
				{ ...part("error", error ? "shown" : "empty"), ...(!state.hasLeft && { role: "alert" }) },
				"element",
			),
		/** The `button` that asks for the accounts again, with `labels.retry` in it. */
		getRetryProps: () =>
			normalize(
				{
					...part("retry", isLoading ? "busy" : "idle"),
					type: "button",
					"aria-busy": isLoading ? "true" : undefined,
					"aria-disabled": isLoading ? "true" : undefined,
					onClick() {
						if (!isLoading) void connected.refetch();
					},
				},
				"button",
			),
		/** An element with `statusText` in it; render it without one too, so that it is announced. */
		getStatusProps: () => normalize({ ...part("status"), role: "status" }, "element"),
	};
}

/** What {@link connectAccounts} gives. */
export type AccountsApi<T extends ElementProps = NeutralProps> = ReturnType<
	typeof connectAccounts<T>
>;
