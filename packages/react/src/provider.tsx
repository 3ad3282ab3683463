"use client";

import type { PartialLabels } from "@better-auth-bsky/client/labels";
import {
	type BskyContext,
	type ServerOptions,
	themeOf,
	withContext,
} from "@better-auth-bsky/client/session";
import { createContext, type ReactNode, useContext } from "react";

/** Props of {@link BskyProvider}. */
export interface BskyProviderProps extends BskyContext {
	/** The components that it is said to. */
	children?: ReactNode;
}

const Context = createContext<BskyProviderProps>({});

/** What an app says once for all components. */
export const BskyProvider = (props: BskyProviderProps) => (
	<Context.Provider value={props}>{props.children}</Context.Provider>
);

export const useBsky = () => useContext(Context);

/** A component's options over those of the provider. */
export const useOptions = <T extends ServerOptions & { labels?: PartialLabels }>(own: T): T =>
	withContext(own, useBsky());

/** The attribute of a component's root that decides between light and dark. */
export const useTheme = () => themeOf(useBsky());
