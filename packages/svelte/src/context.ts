import { type BskyContext, within } from "@better-auth-bsky/client/context";
import { getContext, setContext } from "svelte";

/** A value, or a function that gives the present one. */
export type MaybeGetter<T> = T | (() => T);

export const read = <T extends object>(value: MaybeGetter<T>): T =>
	typeof value === "function" ? (value as () => T)() : value;

const KEY = Symbol("bsky");

/**
 * Says it for the component that calls this, and those inside; `<BskyProvider>` does the same in
 * markup. A function keeps what it reads up to date. It adds to what is said around it.
 */
export function setBskyContext(context: MaybeGetter<BskyContext>): void {
	const around = useBsky();
	setContext(KEY, () => within(around(), read(context)));
}

/** What the app says, as a function that gives the present answer. Call it while initialising. */
export function useBsky(): () => BskyContext {
	const context = getContext<MaybeGetter<BskyContext> | undefined>(KEY) ?? {};
	return () => read(context);
}
