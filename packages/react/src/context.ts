"use client";

import { type BskyContext, sessionOptions, withContext } from "@better-auth-bsky/client/context";
import type { PartialLabels } from "@better-auth-bsky/client/labels";
import type { BskySessionOptions, ServerOptions } from "@better-auth-bsky/client/session";
import { createContext, useContext, useMemo } from "react";

export const Context = createContext<BskyContext>({});

/** What the app says. */
export const useBsky = (): BskyContext => useContext(Context);

/** A component's options over those of the app. */
export const useOptions = <T extends ServerOptions & { labels?: PartialLabels | undefined }>(
	own: T,
): T => withContext(own, useBsky());

/**
 * The same for a session: the same object until it says something else. What is written in a component is
 * another one at each render: of a `fetch` the first counts while the rest is as it was, and of what a
 * server rendered with, what it says.
 */
export function useSessionOptions(own: BskySessionOptions): BskySessionOptions {
	const { authClient, baseURL, fetch, initial } = sessionOptions(own, useBsky());
	// biome-ignore lint/correctness/useExhaustiveDependencies: see above
	return useMemo(
		() => ({ authClient, baseURL, fetch, initial }),
		[authClient, baseURL, JSON.stringify(initial)],
	);
}
