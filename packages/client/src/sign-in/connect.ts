import { iconProps } from "../icon.ts";
import { fill, plural } from "../labels/text.ts";
import type { BskyLabels } from "../labels/types.ts";
import { nameOf } from "../person.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import { connectAccounts } from "./connect-accounts.ts";
import { connectField } from "./connect-field.ts";
import { connectSignUp } from "./connect-sign-up.ts";
import { connectWays } from "./connect-ways.ts";
import { problemIn } from "./errors.ts";
import { handleIn } from "./handle.ts";
import { idsOf } from "./ids.ts";
import { isBusy } from "./state.ts";
import type { SignIn, SignInState } from "./types.ts";

/**
 * The props of a sign-in form's elements, for a state of it. Each has `data-bsky`, `data-part` and,
 * where it has states, `data-state`.
 *
 * Two forms stand beside each other: one of the field, so that Enter in it sends what was typed, and
 * one of the buttons that need no handle.
 */
export function connectSignIn<T extends ElementProps = NeutralProps>(
	signIn: SignIn,
	state: SignInState = signIn.$state.get(),
	normalize: Normalize<T> = neutral,
) {
	const look = lookOf(signIn, state);
	const { labels, problem, busy } = look;

	return {
		/** All the texts. */
		labels,
		/** Whether the form can be used, and what became of it. */
		status: state.status,
		/** What the field takes: a handle, or the address of a server. */
		mode: state.mode,
		/** Whether a sign-in is under way. */
		busy,
		/** Whether it takes so long that `getCancelProps()` should be offered. */
		slow: busy && state.slow,
		/** What went wrong, and where it is said; `null` for nothing. */
		problem,
		/** What went wrong, as a sentence; `null` for nothing. */
		error: problem?.text ?? null,
		/** What is under way, in words; `null` for nothing. */
		progress: look.progress,
		/** The text of the polite live region. */
		statusText: look.progress ?? statusText(labels, state, look.open),
		/** Above the form; `null` for nothing. */
		titleText: titleOf(signIn, state, look.isReturning),
		/** Below that; `null` for nothing. */
		subtitleText: subtitleOf(signIn),

		/** A `div` around everything. */
		getRootProps: () =>
			normalize(
				{
					...part("root", state.status),
					"data-mode": state.mode,
					"data-intent": signIn.options.intent,
					lang: labels.locale,
				},
				"element",
			),
		/** A heading, with `titleText` in it. */
		getTitleProps: () =>
			normalize({ ...part("title"), id: idsOf(signIn.options.id).title }, "element"),
		/** An element with `subtitleText` in it. */
		getSubtitleProps: () => normalize(part("subtitle"), "element"),
		/**
		 * An element with the sentence of `problem` in it, where its place isn't the field; render it
		 * without one too, so that it is announced.
		 */
		getMessageProps: () =>
			normalize(
				{
					...part("message", problem && problem.place !== "field" ? problem.place : "empty"),
					role: "alert",
				},
				"element",
			),
		/** A `button` beside it: does again what has failed. For a `problem` whose way is `"retry"`. */
		getRetryProps: () =>
			normalize({ ...part("retry"), type: "button", onClick: () => void signIn.retry() }, "button"),
		/** A `button` that gives up what is under way. */
		getCancelProps: () =>
			normalize({ ...part("cancel"), type: "button", onClick: signIn.abort }, "button"),
		/** An element with `statusText` in it, seen by nobody and read aloud. */
		getStatusProps: () => normalize({ ...part("status"), role: "status" }, "element"),
		/** A ring that turns while something is under way, in what was pressed. */
		getRingProps: () => normalize({ ...part("ring"), "aria-hidden": "true" }, "element"),
		/** The butterfly, an `svg`. */
		getIconProps: () => normalize(iconProps(), "svg"),
		...connectField(signIn, state, look, normalize),
		...connectWays(signIn, state, look, normalize),
		...connectAccounts(signIn, state, look, normalize),
		...connectSignUp(signIn, state, look, normalize),
	};
}

/** What several parts of the form depend on. */
function lookOf({ options }: SignIn, state: SignInState) {
	const { labels, primary } = options;
	const busy = isBusy({ state });
	const accounts = options.remember ? state.accounts : [];
	const isReturning = accounts.length > 0 && !state.another;
	const isCombobox =
		state.mounted && options.suggestions === true && state.suggestible && state.mode === "handle";
	const progress = busy ? progressOf(labels, state) : null;
	const isTyped = state.value.trim() !== "" || state.mode === "server" || primary === "handle";
	/** The one button that is filled: what was pressed, else what is most likely to be. */
	const first = busy ? state.pressed : isTyped ? "submit" : "continue";
	return {
		labels,
		ids: idsOf(options.id),
		busy,
		disabled: busy ? ("true" as const) : undefined,
		problem: problemIn(labels, state),
		progress,
		accounts,
		isReturning,
		isCombobox,
		open: isCombobox && state.open,
		variantOf: (button: SignInState["pressed"]) =>
			button === first ? ("primary" as const) : ("secondary" as const),
		/** A state for what was pressed, while that is under way. */
		stateOf: (button: SignInState["pressed"]) =>
			busy && button === state.pressed ? state.status : busy ? "waiting" : "idle",
	};
}

/** What the parts of the form share. */
export type Look = ReturnType<typeof lookOf>;

const progressOf = (labels: BskyLabels, { status, server }: SignInState) =>
	status === "redirecting" && server ? fill(labels.redirecting, { server }) : labels.submitting;

function titleOf({ options }: SignIn, state: SignInState, isReturning: boolean): string | null {
	const { labels, title, intent, appName: app } = options;
	if (title !== undefined) return title || null;
	if (intent === "connect") return labels.connectTitle;
	if (intent === "reconnect") {
		const handle = handleIn(state.value) ?? state.value.trim();
		return handle
			? fill(labels.reconnectTitle, { name: nameOf(state.person ?? { handle }) })
			: labels.reconnect;
	}
	if (isReturning) return labels.welcomeBack;
	return app ? fill(labels.titleFor, { app }) : labels.title;
}

function subtitleOf({ options: { labels, intent, signedInAs: name } }: SignIn): string | null {
	if (intent === "reconnect") return labels.reconnectHint;
	return intent === "connect" && name ? fill(labels.staySignedIn, { name }) : null;
}

function statusText(labels: BskyLabels, state: SignInState, open: boolean): string {
	const { suggestions, person, value, told, sent } = state;
	if (open) return plural(labels, labels.results, suggestions.length);
	// What was said before something began would be said again after it.
	if (told || sent) return told;
	if (person) return fill(labels.signingInAs, { name: nameOf(person) });
	return state.foundNobody && value ? labels.noResults : "";
}

/** What {@link connectSignIn} gives. */
export type SignInApi<T extends ElementProps = NeutralProps> = ReturnType<typeof connectSignIn<T>>;
