"use client";

import { type BskyContext, themeOf, withContext } from "@better-auth-bsky/client/context";
import type { PartialLabels } from "@better-auth-bsky/client/labels";
import type { ServerOptions } from "@better-auth-bsky/client/session";
import { createContext, type ReactNode, useContext } from "react";

export interface BskyProviderProps extends BskyContext {
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
