"use client";

import type { PartialLabels } from "@better-auth-bsky/client/labels";
import type { AuthClientLike, BskySession, ServerOptions } from "@better-auth-bsky/client/session";
import { createContext, type ReactNode, useContext } from "react";

/** What an app says once for all components. All of it is optional. */
export interface BskyProviderProps {
	/** Your better-auth client. @default requests to `baseURL`, without better-auth's client */
	authClient?: AuthClientLike;
	/** Where better-auth is mounted. @default "/api/auth" */
	baseURL?: string;
	/** A language pack, or single texts. Labels of a component come on top. */
	labels?: PartialLabels;
	/**
	 * What the server rendered with: the answer of `auth.api.getBskySession()`, or `null` for nobody
	 * signed in. Leave it out where the server doesn't know.
	 */
	session?: BskySession | null;
	/** @default "auto", as the system has it */
	theme?: "light" | "dark" | "auto";
	children?: ReactNode;
}

const Context = createContext<BskyProviderProps>({});

export const BskyProvider = (props: BskyProviderProps) => (
	<Context.Provider value={props}>{props.children}</Context.Provider>
);

export const useBsky = () => useContext(Context);

/** A component's options over those of the provider. */
export function useOptions<T extends ServerOptions & { labels?: PartialLabels }>(own: T): T {
	const { authClient, baseURL, labels } = useBsky();
	return {
		...own,
		authClient: own.authClient ?? authClient,
		baseURL: own.baseURL ?? baseURL,
		labels: { ...labels, ...own.labels, errors: { ...labels?.errors, ...own.labels?.errors } },
	};
}

/** The attribute of a component's root that decides between light and dark. */
export function useTheme(): { "data-bsky-theme"?: string } {
	const { theme } = useBsky();
	return { "data-bsky-theme": theme === "auto" ? undefined : theme };
}
