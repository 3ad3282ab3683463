"use client";

import type { PartialLabels } from "@better-auth-bsky/client/labels";
import {
	type BskySessionOptions,
	connectMenu,
	connectSession,
} from "@better-auth-bsky/client/session";
import type { ReactNode } from "react";
import { BlueskySignIn, type BlueskySignInProps } from "./bluesky-sign-in.tsx";
import { normalize } from "./normalize.ts";
import { useOptions, useTheme } from "./provider.tsx";
import { useSessionController } from "./use-bsky-session.ts";
import { useStore } from "./use-store.ts";

/** Props of {@link BlueskyUser}; it shares its session with all others. */
export interface BlueskyUserProps extends BskySessionOptions {
	/** A language pack (`@better-auth-bsky/client/labels/de`), or single texts. */
	labels?: PartialLabels;
	/** What to show when nobody is signed in: `true`, or props of a `BlueskySignIn`, as a dialog. @default false */
	signIn?: boolean | BlueskySignInProps;
	/** More in the menu, above "Sign out". */
	children?: ReactNode;
	/** Somebody has signed out. */
	onSignOut?: () => void;
}

const menu = connectMenu(normalize);

/** Who is signed in, with a menu; with `signIn` the way in as well, when nobody is. */
export function BlueskyUser({ signIn, children, onSignOut, ...own }: BlueskyUserProps) {
	const { labels, ...options } = useOptions(own);
	const session = useSessionController(options);
	const state = useStore(session.$state, session.initialState);
	const theme = useTheme();
	const api = connectSession(session, state, normalize, labels, onSignOut);
	if (api.status === "signed-out" && !signIn) return null;
	const person = (
		<>
			{/** biome-ignore lint/a11y/useAltText: it is empty, since the name stands beside it */}
			<img {...api.getAvatarProps()} />
			<span {...api.getNameProps()}>{api.name}</span>
			<span {...api.getHandleProps()}>{api.handle}</span>
		</>
	);
	return (
		<div {...api.getRootProps()} {...theme}>
			{api.status === "pending" && <div {...menu.getMenuButtonProps()}>{person}</div>}
			{api.status === "signed-out" && (
				<BlueskySignIn as="dialog" {...options} {...{ labels }} {...(signIn as object)} />
			)}
			{api.status === "signed-in" && (
				<details {...menu.getMenuProps()}>
					<summary {...menu.getMenuButtonProps()}>{person}</summary>
					<div {...menu.getMenuItemsProps()}>
						{children}
						<button {...api.getSignOutProps()}>{api.labels.signOut}</button>
						<p {...api.getErrorProps()}>{api.error}</p>
					</div>
				</details>
			)}
		</div>
	);
}
