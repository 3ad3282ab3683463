"use client";

import { type BlueskyUserOptions, signInOf, viewUser } from "@better-auth-bsky/client/session";
import type { ReactNode } from "react";
import { BlueskySignIn, type BlueskySignInProps } from "./bluesky-sign-in.tsx";
import { useBsky, useOptions } from "./context.ts";
import { useSessionController } from "./use-bsky-session.ts";
import { render } from "./view.tsx";

/** Props of {@link BlueskyUser}; it shares its session with all others. */
export interface BlueskyUserProps extends BlueskyUserOptions<BlueskySignInProps> {
	/** More in the menu, above "Sign out". */
	children?: ReactNode | undefined;
	/** Somebody has signed out. */
	onSignOut?: (() => void) | undefined;
}

/** Who is signed in, with a menu; with `signIn` the way in as well, when nobody is. */
export function BlueskyUser({ children, onSignOut, ...own }: BlueskyUserProps) {
	const options = useOptions(own);
	const { session, state } = useSessionController(options);
	const { labels, signIn } = options;
	const view = viewUser(session, state, { labels, onSignOut, signIn }, useBsky());
	return render(view, { menu: children, "sign-in": <BlueskySignIn {...signInOf(options)} /> });
}
