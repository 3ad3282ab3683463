import type { AuthClientLike, ServerOptions } from "./ask.ts";
import type { BskySession } from "./core.ts";
import { defined } from "./defined.ts";
import type { PartialLabels } from "./labels/types.ts";
import type { AppUser } from "./session/status.ts";
import type { BskySessionOptions } from "./session/types.ts";
import type { BskyEvents } from "./tell.ts";
import { hasTrip } from "./trip.ts";

export { returnToRoute } from "./trip.ts";

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
	/** What the app is called. */
	appName?: string | undefined;
	/** The server that asks people who they are. @default "https://bsky.social" */
	defaultServer?: string | undefined;
	/** Servers at which people without an account may create one. @default `defaultServer` */
	signUp?: boolean | string | readonly string[] | undefined;
	/** Light or dark; `"auto"` is as the `color-scheme` of the page has it. @default "auto" */
	theme?: "light" | "dark" | "auto" | undefined;
	/**
	 * better-auth's user that the server rendered with, for who is signed in without Bluesky; `null`
	 * for nobody. Its `name`, `email` and `image` are enough. Leave it out where the server doesn't know.
	 */
	user?: AppUser | null | undefined;
	/** Somebody has signed in: called on the page that follows. */
	onSuccess?: ((detail: BskyEvents["success"]) => void) | undefined;
	/** An account was connected, or connected again: called on the page that follows. */
	onConnect?: ((detail: BskyEvents["connect"]) => void) | undefined;
}

/** What is said inside of what an app says around it. */
export const within = <Context extends BskyContext>(around: Context, own: Context): Context => ({
	...around,
	...defined(own),
	labels:
		own.labels && around.labels ? over(own.labels, around.labels) : (own.labels ?? around.labels),
});

/** Texts over those around them. */
const over = (own: PartialLabels | undefined, around: PartialLabels | undefined) => ({
	...around,
	...defined(own),
	errors: { ...around?.errors, ...defined(own?.errors) },
});

/** A component's options over those of the app. */
export function withContext<T extends ServerOptions & { labels?: PartialLabels | undefined }>(
	own: T,
	{ authClient, baseURL, labels, appName, defaultServer, signUp }: BskyContext,
): T {
	return {
		...defined({ appName, defaultServer, signUp }),
		...defined(own),
		authClient: own.authClient ?? authClient,
		baseURL: own.baseURL ?? baseURL,
		labels: over(own.labels, labels),
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

/** The options of whoever is signed in, over those of the app. */
export const userOptions = <
	T extends ServerOptions &
		Pick<BskyContext, "labels" | "onConnect" | "onSuccess" | "session" | "user"> &
		BskySessionOptions,
>(
	own: T,
	context: BskyContext,
): T => ({
	...withContext(own, context),
	user: own.user === undefined ? context.user : own.user,
	onSuccess: own.onSuccess ?? context.onSuccess,
	onConnect: own.onConnect ?? context.onConnect,
});

/**
 * Tells the page of a sign-in that has led to it, where no component does; returns what ends that. It
 * is for what says an app's context, once that is in a browser.
 */
export function mountContext(context: () => BskyContext): () => void {
	if (!hasTrip()) return () => {};
	let stop: (() => void) | undefined;
	const life = new AbortController();
	// After the components: it is theirs to tell.
	setTimeout(async () => {
		const { followTrip } = await import("./session/later.ts");
		if (!life.signal.aborted) stop = followTrip(context);
	});
	return () => {
		life.abort();
		stop?.();
	};
}
