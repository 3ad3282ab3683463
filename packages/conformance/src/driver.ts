import type { BlueskyAccountsOptions } from "@better-auth-bsky/client/accounts";
import type { BskyContext } from "@better-auth-bsky/client/context";
import type { ScopeGateOptions } from "@better-auth-bsky/client/scope";
import type { AuthClientLike, BlueskyUserOptions } from "@better-auth-bsky/client/session";
import type { BlueskySignInOptions } from "@better-auth-bsky/client/sign-in";

interface Common {
	/** With it the component stands inside a `BskyProvider` with these props. */
	provider?: BskyContext;
	/** With it the component's button is the app's own: `<button class="own">{ownButton}</button>`. */
	ownButton?: string;
}

export interface SignInProps extends Omit<BlueskySignInOptions, "id">, Common {}

export interface UserProps
	extends Common,
		Pick<
			BlueskyUserOptions<Omit<SignInProps, "provider">>,
			| "className"
			| "classNames"
			| "compact"
			| "navigate"
			| "onConnect"
			| "onSignOut"
			| "onSuccess"
			| "onSwitch"
			| "signIn"
			| "switcher"
			| "user"
		> {
	/** What the app adds to the menu: `<a href="/settings">{extra}</a>`. */
	extra?: string;
}

export interface AccountsProps extends BlueskyAccountsOptions, Common {}

export interface ScopeGateProps extends ScopeGateOptions, Common {
	/** What needs the scope. */
	text?: string;
	/** The app's own way to ask: `<button onclick={scope.allow}>{ownFallback}: {scope.state}</button>`. */
	ownFallback?: string;
}

export interface GatesProps extends Pick<ScopeGateOptions, "navigate">, Common {
	scopes: string[];
}

export interface ProfileProbesProps extends Common {
	actors: string[];
}

/**
 * The components that are driven, by name, with their props. `renderToString` and `hydrate` get only
 * props that JSON can carry.
 */
export interface Components {
	BlueskySignIn: SignInProps;
	BlueskyUser: UserProps;
	BlueskyAccounts: AccountsProps;
	BlueskyScopeGate: ScopeGateProps;
	/** A test's own: a `BlueskyScopeGate` for each of `scopes`, with the scope as its text. */
	Gates: GatesProps;
	/**
	 * A test's own: `useBskySession` as text, and a way to ask again.
	 * `<p data-part="probe" data-state="pending|signed-in|signed-out|failed">{handle or DID}</p>
	 * <button type="button">Refetch</button>`
	 */
	SessionProbe: Common;
	/**
	 * A test's own: `useBskyAgent` with a `create` that counts what it makes, and a way to call it.
	 * `<p data-part="probe" data-state="none|ready">{number}: {did}</p><button type="button">Call</button>`
	 */
	AgentProbe: Common;
	/**
	 * A test's own: `useBskyProfile` for each of `actors`, and a way to ask again.
	 * `<p data-part="probe" data-state="none|pending|known|failed">{name, or the error's code}</p>
	 * <button type="button">Refetch</button>`
	 */
	ProfileProbes: ProfileProbesProps;
	/**
	 * A test's own: a form on the headless layer, without `BlueskySignIn`.
	 * Label, field, list with its options (`<li>{handle}</li>`), submit button, error and status, each
	 * with the props of `connectSignIn()` and in its element; no icons, no avatars.
	 */
	CustomSignIn: SignInProps;
	/**
	 * A test's own: a page with several at once, in this order: `BlueskyUser` (with `signIn` set to
	 * `{ as: "button" }`), two `BlueskySignIn`, two `SessionProbe`. The props are those of each.
	 */
	Page: SignInProps;
}

export type ComponentName = keyof Components;

export interface Mounted<P> {
	/** An element of its own in the page's body, with the component in it. */
	readonly container: HTMLElement;
	/** Changes some props. Resolves once they are in the page. */
	update(props: Partial<P>): Promise<void>;
	/** Resolves once the component is gone and has cleaned up. The container goes too. */
	unmount(): Promise<void>;
}

/**
 * What the suite needs of a framework. It runs in a page; `renderToString` alone is done by the
 * framework's server side in Node, from the project's `server` module ({@link renderOnServer}).
 */
export interface Driver {
	/** What the framework is called. */
	readonly name: string;
	/** @param into where the container goes. @default the page's body */
	mount<N extends ComponentName>(
		name: N,
		props: Components[N],
		into?: ShadowRoot,
	): Promise<Mounted<Components[N]>>;
	/** The HTML of the component, as a server sends it: with the markers that hydration needs. */
	renderToString<N extends ComponentName>(name: N, props: Components[N]): Promise<string>;
	/** Brings HTML to life that is in `container` already. */
	hydrate<N extends ComponentName>(
		container: HTMLElement,
		name: N,
		props: Components[N],
	): Promise<Mounted<Components[N]>>;
	/** Without hooks there is no `AgentProbe` and no `ProfileProbes`. @default true */
	readonly hasHooks?: boolean;
	/** better-auth's own client of the framework, with `atprotoAuthClient()`. */
	createAuthClient(): AuthClientLike;
}

/** What a project's `server` module exports: the framework's rendering in Node. */
export interface ServerModule {
	render(name: ComponentName, props: Record<string, unknown>): string | Promise<string>;
}
