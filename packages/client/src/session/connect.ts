import { attempt } from "../attempt.ts";
import { avatarProps, handleProps, nameProps } from "../avatar.ts";
import type { PartialLabels } from "../labels/types.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import { menuTextsOf, sentenceOf } from "./menu-texts.ts";
import { rootProps } from "./root-props.ts";
import { shownOf } from "./shown.ts";
import { type KnownUser, statusOf } from "./status.ts";
import type { BskySessionController, BskySessionState } from "./types.ts";

/** What {@link connectSession} shows it with. */
export interface ConnectSessionOptions {
	/** A language pack, or single texts. */
	labels?: PartialLabels | undefined;
	/** Called once somebody has signed out here. */
	onSignOut?: (() => void) | undefined;
	/**
	 * better-auth's user, for who is signed in without Bluesky; `null` for nobody, `"failed"` where
	 * it couldn't be found out. Without it such a person stays `"pending"`.
	 */
	user?: KnownUser;
}

/** The props of the elements that show who is signed in, for a state of the session. */
export function connectSession<T extends ElementProps = NeutralProps>(
	session: BskySessionController,
	state: BskySessionState = session.$state.get(),
	normalize: Normalize<T> = neutral,
	{ labels, onSignOut, user }: ConnectSessionOptions = {},
) {
	const { data } = state;
	const texts = menuTextsOf(labels);
	const error = state.error && sentenceOf(texts, state.error.code);
	const status = statusOf({ ...state, user });
	const shown = status === "signed-out" ? null : shownOf(data, user);
	const isEnded = status === "signed-in" && data?.active === false;

	return {
		/** The texts. */
		labels: texts,
		/** Whether somebody is signed in, with Bluesky or without, or what else is known. */
		status,
		/** Whether their session at their server is over: "Reconnect" begins another. */
		isEnded,
		/** Whom to show; `null` for nobody. */
		shown,
		/** What to call them; `null` for nobody. */
		name: shown?.name ?? null,
		/** Their handle, or their DID where no handle is known; `null` without Bluesky. */
		handle: data?.handle ?? data?.did ?? null,
		/** Why asking or signing out failed, as a sentence; `null` for nothing. */
		error,
		/** A `div` around everything. */
		getRootProps: () => normalize(rootProps(status, texts), "element"),
		/**
		 * An `img`. Render it without an avatar too: it keeps its place. An empty `span` with the same
		 * `data-` attributes does so as well.
		 */
		getAvatarProps: () => normalize(avatarProps(shown ?? {}), "img"),
		/** A `span` with `name` in it. */
		getNameProps: () => normalize(nameProps(), "element"),
		/** A `span` with `handle` in it. */
		getHandleProps: () => normalize(handleProps(), "element"),
		/** An element with `error` in it; render it without one too, so that it is announced. */
		getErrorProps: () =>
			normalize({ ...part("error", error ? "shown" : "empty"), role: "alert" }, "element"),
		/** A `button` with `labels.retry` in it, after an `error`. */
		getRetryProps: () =>
			normalize({ ...part("retry"), type: "button", onClick: () => session.refetch() }, "button"),
		/** A `button` with `labels.signOut` in it. */
		getSignOutProps: () =>
			normalize(
				{
					...part("sign-out"),
					type: "button",
					async onClick() {
						await session.signOut();
						if (onSignOut && !session.$state.value?.error) void attempt(onSignOut);
					},
				},
				"button",
			),
	};
}

/** What {@link connectSession} gives. */
export type BskySessionApi<T extends ElementProps = NeutralProps> = ReturnType<
	typeof connectSession<T>
>;
