"use client";

import {
	type AccountsOptions,
	connectAccounts,
	createAccounts,
	withOptions,
} from "@better-auth-bsky/client/accounts";
import { useEffect, useState } from "react";
import { Button, type SlotProps } from "./button.tsx";
import { useOptions, useTheme } from "./context.ts";
import { Icon } from "./icon.tsx";
import { normalize } from "./normalize.ts";
import { PersonParts } from "./person.tsx";
import { useStore } from "./use-store.ts";

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
	const api = connectAccounts(withOptions(accounts, options), state, normalize);
	return (
		<div {...api.getRootProps()} {...useTheme()}>
			<ul {...api.getListProps()}>
				{api.accounts.map((account) => (
					<li key={account.did} {...api.getAccountProps(account)}>
						<PersonParts api={api} person={account} />
						<button {...api.getDisconnectProps(account)}>×</button>
					</li>
				))}
			</ul>
			{api.emptyText && <p>{api.emptyText}</p>}
			<p {...api.getErrorProps()}>{api.error}</p>
			<Button {...api.getConnectProps()} asChild={asChild}>
				{children ?? (
					<>
						<Icon api={api} />
						{api.connectText}
					</>
				)}
			</Button>
		</div>
	);
}
