import { type BskyContext, sessionOptions, withContext } from "@better-auth-bsky/client/context";
import { createBskySession } from "@better-auth-bsky/client/session";
import { createSignIn, signInOptions } from "@better-auth-bsky/client/sign-in";
import type {
	AccountsProps,
	ComponentName,
	GatesProps,
	ScopeGateProps,
	ServerModule,
	SignInProps,
	UserProps,
} from "@better-auth-bsky/conformance";
import {
	type RenderOptions,
	renderAccounts,
	renderScopeGate,
	renderSignIn,
	renderUser,
} from "../src/server.ts";
import { toHtml } from "../src/to-html.ts";
import { viewCustomSignIn, viewSessionProbe } from "./views.ts";

type Rendering = (props: never, around: RenderOptions) => string;

const button = (text?: string) =>
	text === undefined ? {} : { button: `<button slot="button" class="own">${text}</button>` };

const sessionProbe = (context: BskyContext = {}) => {
	const session = createBskySession(sessionOptions({}, context));
	return toHtml(viewSessionProbe(session, session.initialState));
};

const RENDERINGS: Record<ComponentName, Rendering> = {
	BlueskySignIn({ ownButton, ...props }: SignInProps, around) {
		return renderSignIn(props, { ...around, slots: button(ownButton) });
	},
	BlueskyUser({ extra, ...props }: UserProps, around) {
		const menu = extra && `<a slot="menu" href="/settings">${extra}</a>`;
		return renderUser(props, { ...around, slots: { menu } });
	},
	BlueskyAccounts({ ownButton, ...props }: AccountsProps, around) {
		return renderAccounts(props, { ...around, slots: button(ownButton) });
	},
	BlueskyScopeGate({ text, ownFallback, ownButton, ...props }: ScopeGateProps, around) {
		const fallback = ownFallback && `<button slot="fallback" type="button">${ownFallback}</button>`;
		return renderScopeGate(props, { ...around, slots: { children: text, fallback } });
	},
	Gates: ({ scopes }: GatesProps, around) =>
		scopes
			.map((scope) => renderScopeGate({ scope }, { ...around, slots: { children: scope } }))
			.join(""),
	CustomSignIn({ as, ...props }: SignInProps, { context = {} }) {
		const signIn = createSignIn(withContext(signInOptions(props), context));
		return toHtml(viewCustomSignIn(signIn, signIn.$state.get()));
	},
	AgentProbe: () => "",
	ProfileProbes: () => "",
	SessionProbe: (_, { context }) => `<div>${sessionProbe(context)}</div>`,
	Page: (props: SignInProps, around) =>
		[
			renderUser({ signIn: { as: "button" } }, around),
			renderSignIn(props, { ...around, id: "first" }),
			renderSignIn(props, { ...around, id: "second" }),
			`<div>${sessionProbe(around.context)}</div>`.repeat(2),
		].join(""),
};

export const render: ServerModule["render"] = (name, { provider, ...props }) =>
	RENDERINGS[name](props as never, { context: provider as BskyContext | undefined })
		// See `driver.ts`.
		.replace(/<bluesky-[\w-]+/g, "$& data-asleep");
