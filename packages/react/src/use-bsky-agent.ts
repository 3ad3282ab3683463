"use client";

import { keepAgent, type SignedInAgent } from "@better-auth-bsky/client/agent";
import type { BskySessionOptions } from "@better-auth-bsky/client/session";
import { useState } from "react";
import { useSessionController } from "./use-bsky-session.ts";

/**
 * Calls the server of whoever is signed in, through the app's own: what `create` makes of
 * `{ did, fetchHandler }`, such as a client of the AT Protocol, or those themselves. It is the same one
 * until that is another account, and `null` while nobody is signed in or connected.
 */
export function useBskyAgent(
	create?: undefined,
	options?: BskySessionOptions,
): SignedInAgent | null;
export function useBskyAgent<T>(
	create: (agent: SignedInAgent) => T,
	options?: BskySessionOptions,
): T | null;
export function useBskyAgent(
	create: (agent: SignedInAgent) => unknown = (agent) => agent,
	options: BskySessionOptions = {},
): unknown {
	const [keep] = useState(() => keepAgent(create));
	const { kept, state } = useSessionController(options);
	return keep(state.data, kept, create);
}
