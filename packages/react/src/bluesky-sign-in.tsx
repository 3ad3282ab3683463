"use client";

import type { BlueskySignInOptions } from "@better-auth-bsky/client/sign-in";
import type { SlotProps } from "./button.tsx";
import { useTheme } from "./context.ts";
import { SignInDialog } from "./sign-in-dialog.tsx";
import { ContinueForm, SignInForm } from "./sign-in-form.tsx";
import { useBskySignIn } from "./use-bsky-sign-in.ts";

/** `children` and `asChild` are about its main button. */
export interface BlueskySignInProps extends BlueskySignInOptions, SlotProps {}

const PARTS = { form: SignInForm, dialog: SignInDialog, button: ContinueForm };

/** "Sign in with Bluesky". It needs no configuration, and works before and without JavaScript. */
export function BlueskySignIn({ as = "form", asChild, children, ...own }: BlueskySignInProps) {
	const { api } = useBskySignIn(own);
	const Parts = PARTS[as];
	return (
		<div {...api.getRootProps()} {...useTheme()} data-as={as}>
			<Parts api={api} asChild={asChild}>
				{children}
			</Parts>
			<p {...api.getStatusProps()}>{api.statusText}</p>
		</div>
	);
}
