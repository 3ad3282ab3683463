import { errorMessage, fill } from "../labels/text.ts";
import { nameOf } from "../person.ts";
import { type ElementProps, type Normalize, part } from "../props.ts";
import type { Accounts, AccountsState, ConnectedAccount } from "./types.ts";

type Verb = "reconnect" | "make-current" | "disconnect";

/** What is under way, by the button that began it. */
const BEGAN: Partial<Record<AccountsState["status"], Verb>> = {
	connecting: "reconnect",
	redirecting: "reconnect",
	switching: "make-current",
	disconnecting: "disconnect",
};

/** The props of the elements of a row, and its texts. */
export function connectAccount<T extends ElementProps>(
	connected: Accounts,
	state: AccountsState,
	normalize: Normalize<T>,
) {
	const { labels } = connected.options;
	const { status, busyDid, errorDid } = state;
	const pressed = BEGAN[status];
	const isPressed = (verb: Verb, { did }: ConnectedAccount) => pressed === verb && busyDid === did;
	const said = (text: string, account: ConnectedAccount) => fill(text, { name: nameOf(account) });
	const errorOf = ({ did }: ConnectedAccount) =>
		state.error && errorDid === did ? errorMessage(labels, state.error) : null;

	function getButtonProps(verb: Verb, account: ConnectedAccount, name: string, act: () => void) {
		const isBusy = isPressed(verb, account);
		return normalize(
			{
				...part(verb, isBusy ? "busy" : "idle"),
				"data-variant": verb === "reconnect" ? "primary" : "secondary",
				type: "button",
				// While the browser leaves, what the button says is what it is called.
				"aria-label": isBusy && verb === "reconnect" ? undefined : name,
				"aria-busy": isBusy ? "true" : undefined,
				"aria-disabled": pressed ? "true" : undefined,
				onClick: act,
			},
			"button",
		);
	}

	return {
		/** Whether this button of an account was pressed, and isn't done yet. */
		isPressed,
		/** Whether the person is asked about this account. */
		isAsked: ({ did }: ConnectedAccount) => state.askedDid === did,
		/** Whether there is another one that the app acts as. */
		canBeCurrent: ({ current }: ConnectedAccount) => !current && (state.accounts?.length ?? 0) > 1,
		/** What went wrong with this account, as a sentence; `null` for nothing. */
		errorOf,
		/** The question whether to disconnect an account. */
		questionOf: (account: ConnectedAccount) => said(labels.disconnectQuestion, account),
		/** The text of the button that connects it again; it says where the browser goes. */
		reconnectTextOf: (account: ConnectedAccount) =>
			!isPressed("reconnect", account)
				? labels.reconnect
				: status === "redirecting"
					? fill(labels.redirecting, { server: state.server ?? "" })
					: labels.submitting,
		/** A `li` for each of `accounts`. Escape answers the question in it. */
		getAccountProps: ({ did, active }: ConnectedAccount) =>
			normalize(
				{
					...part("connected-account", active ? "active" : "ended"),
					onKeyDown(event) {
						if (event.key !== "Escape" || state.askedDid !== did) return;
						// A dialog around it closes with the next one.
						event.preventDefault();
						connected.keep();
					},
				},
				"li",
			),
		/** A `span` with `labels.active` or `labels.ended` in it. */
		getStateProps: ({ active }: ConnectedAccount) =>
			normalize(part("chip", active ? "active" : "ended"), "element"),
		/** A `span` with `labels.current` in it, where there are several. */
		getCurrentProps: () => normalize(part("chip", "current"), "element"),
		/** A `div` around the buttons of an account. */
		getActionsProps: () => normalize(part("account-actions"), "element"),
		/** A `div` around the question, what is lost, and both answers. */
		getQuestionProps: (account: ConnectedAccount) =>
			normalize(
				{
					...part("question"),
					role: "group",
					"aria-label": `${said(labels.disconnectQuestion, account)} ${labels.disconnectLoss}`,
				},
				"element",
			),
		/** The `button` that connects an account again. */
		getReconnectProps: (account: ConnectedAccount) =>
			getButtonProps("reconnect", account, said(labels.reconnectTitle, account), () =>
				connected.reconnect(account.did),
			),
		/** The `button` that acts as another account. */
		getMakeCurrentProps: (account: ConnectedAccount) =>
			getButtonProps("make-current", account, `${labels.makeCurrent}: ${nameOf(account)}`, () =>
				connected.makeCurrent(account.did),
			),
		/** The `button` that asks whether to disconnect an account, and in the question the one that does. */
		getDisconnectProps: (account: ConnectedAccount) =>
			getButtonProps("disconnect", account, said(labels.disconnectName, account), () =>
				state.askedDid === account.did
					? connected.disconnect(account.did)
					: connected.ask(account.did),
			),
		/** The `button` that answers that it stays. */
		getKeepProps: () =>
			normalize(
				{
					...part("keep"),
					type: "button",
					"aria-disabled": pressed ? "true" : undefined,
					onClick: () => connected.keep(),
				},
				"button",
			),
		/** An element with `errorOf(account)` in it; render it without one too, so that it is announced. */
		getAccountErrorProps: (account: ConnectedAccount) =>
			normalize(
				{ ...part("error", errorOf(account) ? "shown" : "empty"), role: "alert" },
				"element",
			),
	};
}
