"use client";

import { type BskyContext, withContext } from "@better-auth-bsky/client/context";
import type { PartialLabels } from "@better-auth-bsky/client/labels";
import type { ServerOptions } from "@better-auth-bsky/client/session";
import { createContext, useContext } from "react";

export const Context = createContext<BskyContext>({});

/** What the app says. */
export const useBsky = (): BskyContext => useContext(Context);

/** A component's options over those of the app. */
export const useOptions = <T extends ServerOptions & { labels?: PartialLabels | undefined }>(
	own: T,
): T => withContext(own, useBsky());
