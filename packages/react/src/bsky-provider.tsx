"use client";

import type { BskyContext } from "@better-auth-bsky/client/context";
import type { ReactNode } from "react";
import { Context } from "./context.ts";

export interface BskyProviderProps extends BskyContext {
	children?: ReactNode;
}

/** What an app says once for all components. */
export const BskyProvider = (props: BskyProviderProps) => (
	<Context.Provider value={props}>{props.children}</Context.Provider>
);
