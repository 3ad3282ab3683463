"use client";

import {
	type BlueskyUserOptions,
	connectMenu,
	connectSession,
	signInOf,
} from "@better-auth-bsky/client/session";
import type { ReactNode } from "react";
import { BlueskySignIn, type BlueskySignInProps } from "./bluesky-sign-in.tsx";
import { useOptions, useTheme } from "./context.ts";
import { normalize } from "./normalize.ts";
import { useSessionController } from "./use-bsky-session.ts";

/** Props of {@link BlueskyUser}; it shares its session with all others. */
export interface BlueskyUserProps extends BlueskyUserOptions<BlueskySignInProps> {
	/** More in the menu, above "Sign out". */
	children?: ReactNode | undefined;
	/** Somebody has signed out. */
	onSignOut?: (() => void) | undefined;
}

const menu = connectMenu(normalize);

/** Who is signed in, with a menu; with `signIn` the way in as well, when nobody is. */
export function BlueskyUser({ children, onSignOut, ...own }: BlueskyUserProps) {
	const options = useOptions(own);
	const { session, state } = useSessionController(options);
	const theme = useTheme();
	const { labels } = options;
	const api = connectSession(session, state, normalize, { labels, onSignOut });
	if (api.status === "signed-out" && !options.signIn) return null;
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
			{api.status === "signed-out" && <BlueskySignIn {...signInOf(options)} />}
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
