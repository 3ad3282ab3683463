import type { PartialLabels } from "@better-auth-bsky/client/labels";
import type { AuthClientLike, BskySession, ServerOptions } from "@better-auth-bsky/client/session";
import { type App, type InjectionKey, inject, type MaybeRefOrGetter, provide, toValue } from "vue";

/** What an app says once for all components. All of it is optional. */
export interface BskyContext {
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
}

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

/** A component's options over those of the context. */
export function withContext<T extends ServerOptions & { labels?: PartialLabels }>(
	own: T,
	{ authClient, baseURL, labels }: BskyContext,
): T {
	return {
		...own,
		authClient: own.authClient ?? authClient,
		baseURL: own.baseURL ?? baseURL,
		labels: { ...labels, ...own.labels, errors: { ...labels?.errors, ...own.labels?.errors } },
	};
}

/** The attribute of a component's root that decides between light and dark. */
export const themeOf = ({ theme }: BskyContext): { "data-bsky-theme"?: string } => ({
	"data-bsky-theme": theme === "auto" ? undefined : theme,
});
