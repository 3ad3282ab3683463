import type { BskyContext } from "@better-auth-bsky/client/context";
import { type App, type InjectionKey, inject, type MaybeRefOrGetter, provide, toValue } from "vue";

const KEY: InjectionKey<MaybeRefOrGetter<BskyContext>> = Symbol("bsky");

/**
 * Says it for the components inside the one that calls this, or for a whole app;
 * `<BskyProvider>` does the same in a template.
 */
export function provideBsky(context: MaybeRefOrGetter<BskyContext>, app?: App): void {
	if (app) app.provide(KEY, context);
	else provide(KEY, context);
}

/** What the app says, as a function that gives the present answer. */
export function useBsky(): () => BskyContext {
	const context = inject(KEY, {});
	return () => toValue(context);
}
