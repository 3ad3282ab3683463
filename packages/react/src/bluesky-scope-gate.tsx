"use client";

import { type ScopeGateOptions, viewScopeGate } from "@better-auth-bsky/client/scope";
import type { ReactNode } from "react";
import { useBsky } from "./context.ts";
import { type UseBskyScope, useScopeGate } from "./use-bsky-scope.ts";
import { render } from "./view.tsx";

/** Props of {@link BlueskyScopeGate}. */
export interface BlueskyScopeGateProps extends ScopeGateOptions {
	/** What needs the scope. */
	children?: ReactNode | undefined;
	/** In place of our sentence and button; a function gets what `useBskyScope()` gives. */
	fallback?: ReactNode | ((scope: UseBskyScope) => ReactNode) | undefined;
}

/** Its children where a scope is granted, else one sentence and one button that asks for it. */
export function BlueskyScopeGate({ children, fallback, ...own }: BlueskyScopeGateProps) {
	const { gate, options, state, api } = useScopeGate(own);
	const view = viewScopeGate(gate, state, options, fallback !== undefined, useBsky());
	return render(view, {
		children,
		fallback: typeof fallback === "function" ? fallback(api) : fallback,
	});
}
