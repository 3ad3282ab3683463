"use client";

import type { BskyContext } from "@better-auth-bsky/client/context";
import { type ReactNode, useMemo } from "react";
import { Context } from "./context.ts";

/** Props of {@link BskyProvider}. */
export interface BskyProviderProps extends BskyContext {
	/** The components that it is said to. */
	children?: ReactNode | undefined;
}

/** What an app says once for all components. */
export function BskyProvider(props: BskyProviderProps) {
	const { authClient, baseURL, labels, session, theme, children } = props;
	// A new object renders everybody who reads it again, whatever is in it.
	const context = useMemo(
		(): { [Name in keyof Required<BskyContext>]: BskyContext[Name] } => ({
			authClient,
			baseURL,
			labels,
			session,
			theme,
		}),
		[authClient, baseURL, labels, session, theme],
	);
	return <Context.Provider value={context}>{children}</Context.Provider>;
}
