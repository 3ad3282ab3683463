"use client";

import type { ReadableAtom } from "nanostores";
import { useSyncExternalStore } from "react";

/**
 * All the reactivity there is: the value of an atom, rendered again when it changes.
 *
 * @param initial what the server rendered with, and so what hydration begins with
 */
export const useStore = <T>(store: ReadableAtom<T>, initial: T): T =>
	useSyncExternalStore(
		store.listen,
		// `get()` would wake an atom that nobody listens to yet, and rendering must not ask a server.
		() => store.value as T,
		() => initial,
	);
