import { type BskyContext, within } from "@better-auth-bsky/client/context";
import { type App, type InjectionKey, inject, type MaybeRefOrGetter, provide, toValue } from "vue";

const KEY: InjectionKey<MaybeRefOrGetter<BskyContext>> = Symbol("bsky");

/**
 * Says it for the components inside the one that calls this, or for a whole app;
 * `<BskyProvider>` does the same in a template. It adds to what is said around it.
 */
export function provideBsky(context: MaybeRefOrGetter<BskyContext>, app?: App): void {
	if (app) return void app.provide(KEY, context);
	const around = useBsky();
	provide(KEY, () => within(around(), toValue(context)));
}

/** What the app says, as a function that gives the present answer. */
export function useBsky(): () => BskyContext {
	const context = inject(KEY, {});
	return () => toValue(context);
}
