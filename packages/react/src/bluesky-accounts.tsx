"use client";

import {
	addOptions,
	type BlueskyAccountsOptions,
	createAccounts,
	listOptions,
	viewAccounts,
	withOptions,
} from "@better-auth-bsky/client/accounts";
import { useEffect, useState } from "react";
import { BlueskySignIn } from "./bluesky-sign-in.tsx";
import { useBsky, useOptions } from "./context.ts";
import { useStore } from "./use-store.ts";
import type { SlotProps } from "./view.tsx";
import { render } from "./view.tsx";

/** `children` and `asChild` are about the button that connects an account. */
export interface BlueskyAccountsProps extends BlueskyAccountsOptions, SlotProps {}

/** The connected accounts of a settings page. */
export function BlueskyAccounts({ asChild, children, ...own }: BlueskyAccountsProps) {
	const all = useOptions(own);
	const options = listOptions(all);
	const [accounts] = useState(() => createAccounts(options));
	const [initial] = useState(() => accounts.$state.get());
	const state = useStore(accounts.$state, initial);
	useEffect(() => accounts.setOptions(options));
	useEffect(() => accounts.mount(), [accounts]);
	const shown = withOptions(accounts, options);
	const add = { ...addOptions(shown, state, all), asChild, children };
	return render(viewAccounts(shown, state, all, useBsky()), { add: <BlueskySignIn {...add} /> });
}
