"use client";

import { type BlueskySignInOptions, viewSignIn } from "@better-auth-bsky/client/sign-in";
import { useBsky } from "./context.ts";
import { useSignIn } from "./use-bsky-sign-in.ts";
import type { SlotProps } from "./view.tsx";
import { render } from "./view.tsx";

/** `children` and `asChild` are about its main button. */
export interface BlueskySignInProps extends BlueskySignInOptions, SlotProps {}

/** "Sign in with Bluesky". It needs no configuration, and works before and without JavaScript. */
export function BlueskySignIn({ as, asChild, children, ...own }: BlueskySignInProps) {
	const { shown, state } = useSignIn(own);
	const view = viewSignIn(shown, state, { as }, useBsky());
	return render(view, { button: { asChild, children } });
}
