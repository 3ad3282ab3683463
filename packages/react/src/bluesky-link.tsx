"use client";

import { connectLink, createLink, type LinkOptions } from "@better-auth-bsky/client/link";
import { useEffect, useState } from "react";
import { normalize } from "./normalize.ts";
import { Icon, PersonParts } from "./person.tsx";
import { useOptions, useTheme } from "./provider.tsx";
import { Button, type SlotProps } from "./slot.tsx";
import { useStore } from "./use-store.ts";

/** `children` and `asChild` are about the connect button. */
export interface BlueskyLinkProps extends LinkOptions, SlotProps {}

/** The connected accounts of a settings page. */
export function BlueskyLink({ asChild, children, ...own }: BlueskyLinkProps) {
	const options = useOptions(own);
	const [link] = useState(() => createLink(options));
	const [initial] = useState(() => link.$state.get());
	link.setOptions(options);
	const state = useStore(link.$state, initial);
	useEffect(() => link.mount(), [link]);
	const api = connectLink(link, state, normalize);
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
