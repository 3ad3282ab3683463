"use client";

import { type BlueskySignInOptions, viewSignIn } from "@better-auth-bsky/client/sign-in";
import type { ReactNode } from "react";
import { useBsky } from "./context.ts";
import { useSignIn } from "./use-bsky-sign-in.ts";
import type { SlotProps } from "./view.tsx";
import { render } from "./view.tsx";

/** `children` and `asChild` are about its main button. */
export interface BlueskySignInProps extends Omit<BlueskySignInOptions, "title">, SlotProps {
	/** Above the form, in place of ours; `false` for nothing. */
	title?: ReactNode | undefined;
	/** Below the form. */
	footer?: ReactNode | undefined;
}

/** "Sign in with Bluesky". It needs no configuration, and works before and without JavaScript. */
export function BlueskySignIn(props: BlueskySignInProps) {
	const { as, asChild, children, title, footer, className, classNames, ...own } = props;
	const text = typeof title === "string" || title === false ? { title } : {};
	const { shown, state } = useSignIn({ ...own, ...text });
	const view = viewSignIn(shown, state, { as, className, classNames }, useBsky());
	return render(view, {
		button: { asChild, children },
		title: "title" in text ? undefined : title,
		footer,
	});
}
