"use client";

import {
	type AccountsOptions,
	createAccounts,
	viewAccounts,
	withOptions,
} from "@better-auth-bsky/client/accounts";
import { useEffect, useState } from "react";
import { useBsky, useOptions } from "./context.ts";
import { useStore } from "./use-store.ts";
import type { SlotProps } from "./view.tsx";
import { render } from "./view.tsx";

/** `children` and `asChild` are about the connect button. */
export interface BlueskyAccountsProps extends AccountsOptions, SlotProps {}

/** The connected accounts of a settings page. */
export function BlueskyAccounts({ asChild, children, ...own }: BlueskyAccountsProps) {
	const options = useOptions(own);
	const [accounts] = useState(() => createAccounts(options));
	const [initial] = useState(() => accounts.$state.get());
	const state = useStore(accounts.$state, initial);
	useEffect(() => accounts.setOptions(options));
	useEffect(() => accounts.mount(), [accounts]);
	const view = viewAccounts(withOptions(accounts, options), state, useBsky());
	return render(view, { button: { asChild, children } });
}
