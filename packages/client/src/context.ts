import type { BskySession } from "@better-auth-bsky/core";
import type { AuthClientLike, ServerOptions } from "./ask.ts";
import type { PartialLabels } from "./labels/types.ts";
import type { BskySessionOptions } from "./session/types.ts";

/** What an app says once for all components. All of it is optional. */
export interface BskyContext {
	/** Your better-auth client. @default requests to `baseURL`, without better-auth's client */
	authClient?: AuthClientLike | undefined;
	/** Where better-auth is mounted. @default that of the `authClient`, else "/api/auth" */
	baseURL?: string | undefined;
	/** A language pack, or single texts. Labels of a component come on top. */
	labels?: PartialLabels | undefined;
	/**
	 * What the server rendered with: the answer of `auth.api.getBskySession()`, or `null` for nobody
	 * signed in. Leave it out where the server doesn't know.
	 */
	session?: BskySession | null | undefined;
	/** Light or dark; `"auto"` is as the `color-scheme` of the page has it. @default "auto" */
	theme?: "light" | "dark" | "auto" | undefined;
}

/** A component's options over those of the app. */
export function withContext<T extends ServerOptions & { labels?: PartialLabels | undefined }>(
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

/** The same for a session, which begins with the one that the app was rendered with. */
export const sessionOptions = (
	{ authClient, baseURL, fetch, initial }: BskySessionOptions,
	context: BskyContext,
): BskySessionOptions => ({
	authClient: authClient ?? context.authClient,
	baseURL: baseURL ?? context.baseURL,
	fetch,
	initial: initial === undefined ? context.session : initial,
});

/** The attribute of a component's root that decides between light and dark. */
export const themeOf = ({ theme }: BskyContext): { "data-bsky-theme"?: string | undefined } => ({
	"data-bsky-theme": theme === "auto" ? undefined : theme,
});
