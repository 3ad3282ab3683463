import { attempt } from "../attempt.ts";
import { avatarProps } from "../avatar.ts";
import { errorMessage, mergeLabels } from "../labels/text.ts";
import type { PartialLabels } from "../labels/types.ts";
import { nameOf } from "../person.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import type { BskySessionController, BskySessionState } from "./types.ts";

/** What {@link connectSession} shows it with. */
export interface ConnectSessionOptions {
	/** A language pack, or single texts. */
	labels?: PartialLabels | undefined;
	/** Called once somebody has signed out here. */
	onSignOut?: (() => void) | undefined;
}

/** The props of the elements that show who is signed in, for a state of the session. */
export function connectSession<T extends ElementProps = NeutralProps>(
	session: BskySessionController,
	state: BskySessionState = session.$state.get(),
	normalize: Normalize<T> = neutral,
	{ labels, onSignOut }: ConnectSessionOptions = {},
) {
	const { data, isPending } = state;
	const texts = mergeLabels(labels);
	const handle = data?.handle ?? data?.did ?? null;
	const error = state.error && errorMessage(texts, state.error.code);
	const status = isPending ? "pending" : handle ? "signed-in" : "signed-out";

	return {
		/** All the texts. */
		labels: texts,
		/** Somebody is signed in, nobody is, or nothing is known yet. */
		status,
		/** What to call them; `null` for nobody. */
		name: data && handle ? nameOf({ ...data, handle }) : null,
		/** Their handle, or their DID where no handle is known. */
		handle,
		/** Why asking or signing out failed, as a sentence; `null` for nothing. */
		error,
		/** A `div` around everything. */
		getRootProps: () => normalize(part("user", status), "element"),
		/**
		 * An `img`. Render it without an avatar too: it keeps its place. An empty `span` with the same
		 * `data-` attributes does so as well.
		 */
		getAvatarProps: () => normalize(avatarProps(data ?? {}), "img"),
		/** A `span` with `name` in it. */
		getNameProps: () => normalize({ ...part("name"), dir: "auto" }, "element"),
		/** A `span` with `handle` in it. */
		getHandleProps: () => normalize({ ...part("handle"), dir: "ltr" }, "element"),
		/** An element with `error` in it; render it without one too, so that it is announced. */
		getErrorProps: () =>
			normalize({ ...part("error", error ? "shown" : "empty"), role: "alert" }, "element"),
		/** A `button` with `labels.signOut` in it. */
		getSignOutProps: () =>
			normalize(
				{
					...part("sign-out"),
					type: "button",
					async onClick() {
						await session.signOut();
						if (onSignOut && !session.$state.value?.data) void attempt(onSignOut);
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
