import { addOptions, createAccounts, viewAccounts } from "@better-auth-bsky/client/accounts";
import { type BskyContext, withContext } from "@better-auth-bsky/client/context";
import { connectScopeGate, createScopeGate, viewScopeGate } from "@better-auth-bsky/client/scope";
import { createBskySession, createUser, viewUser } from "@better-auth-bsky/client/session";
import { createSignIn, signInOptions, viewSignIn } from "@better-auth-bsky/client/sign-in";
import {
	ACCOUNTS,
	attributeOf,
	type BlueskyAccountsProps,
	type BlueskyScopeGateProps,
	type BlueskySignInProps,
	type BlueskyUserProps,
	type Common,
	namesOf,
	type Options,
	type Read,
	SCOPE_GATE,
	SIGN_IN,
	text,
	USER,
} from "./options.ts";
import { attributes, type HtmlSlots, toHtml } from "./to-html.ts";

export type {
	BlueskyAccountsProps,
	BlueskyScopeGateProps,
	BlueskySignInProps,
	BlueskyUserProps,
	BskyContext,
	HtmlSlots,
};

/** What an element is rendered with, besides its own options. */
export interface RenderOptions {
	/** What the app says once for all elements: their own options come on top. */
	context?: BskyContext | undefined;
	/** The `id` of the element, and the beginning of those inside: name one for a second form. */
	id?: string | undefined;
	/**
	 * The `lang` of the element. The page's own script then brings the labels (`configure()`), and they
	 * aren't sent along.
	 */
	lang?: string | undefined;
	/**
	 * The app's children as HTML, by their slot, each with its `slot` attribute as in a page:
	 * `{ menu: '<a slot="menu" href="/settings">Settings</a>' }`. It goes into the page as it is, so
	 * escape what people have written.
	 */
	slots?: HtmlSlots | undefined;
}

/** A `<bluesky-sign-in>` as HTML: the form works before the script is there, and without it. */
export function renderSignIn(options: BlueskySignInProps = {}, around: RenderOptions = {}): string {
	const own = withPage(options, around);
	const { heading: title, ...rest } = own;
	const signIn = createSignIn(signInOptions({ ...rest, title, id: around.id }));
	const view = viewSignIn(signIn, signIn.$state.get(), own, own);
	return toElement("bluesky-sign-in", SIGN_IN, own, toHtml(view, slotsOf(around)), around);
}

/** A `<bluesky-user>` as HTML. With the `session` that the server knows, nothing flickers. */
export function renderUser(options: BlueskyUserProps = {}, around: RenderOptions = {}): string {
	const { context = {} } = around;
	const { session = context.session, user = context.user, ...own } = withPage(options, around);
	const { initialState } = createBskySession({ ...own, initial: session });
	const person = createUser(() => Promise.reject());
	// Without the form, its slot is a button that works without a script.
	const view = viewUser(person, initialState, person.$state.get(), { ...own, user }, own);
	const html = toHtml(view, slotsOf(around));
	return toElement("bluesky-user", USER, { ...own, session, user }, html, around);
}

/** A `<bluesky-accounts>` as HTML; who is connected is asked for in the page. */
export function renderAccounts(
	options: BlueskyAccountsProps = {},
	around: RenderOptions = {},
): string {
	const { context, id = "bsky-accounts", lang } = around;
	const own = withPage(options, around);
	const { heading: title, theme, classNames, ...rest } = own;
	const accounts = createAccounts(rest);
	const state = accounts.$state.get();
	const view = viewAccounts(accounts, state, { title, classNames }, { theme });
	const { button } = slotsOf(around);
	// Its ids are others than those of a form on the same page.
	const form = renderSignIn(
		{ ...addOptions(accounts, state, own), theme },
		{
			context,
			id: `${id}-add`,
			lang,
			slots: { button },
		},
	);
	return toElement("bluesky-accounts", ACCOUNTS, own, toHtml(view, { add: form }), around);
}

/**
 * A `<bluesky-scope-gate>` as HTML. What needs the scope is in the slot `children`, and needs no
 * `slot` attribute. While it isn't granted that is sent in a `<template>`, and can be read there.
 */
export function renderScopeGate(
	options: BlueskyScopeGateProps,
	around: RenderOptions = {},
): string {
	const { context = {} } = around;
	const { session = context.session, ...own } = withPage(options, around);
	const gate = createScopeGate({ ...own, initial: session });
	const slots = slotsOf(around);
	const { children = "", fallback = "" } = slots;
	const state = gate.$state.get();
	const html = toHtml(viewScopeGate(gate, state, gate.options, fallback !== "", own), slots);
	const { granted, button } = connectScopeGate(gate);
	const aside = (granted ? "" : children) + (granted || !button ? fallback : "");
	const kept = aside && `<template slot="children">${aside}</template>`;
	return toElement("bluesky-scope-gate", SCOPE_GATE, { ...own, session }, html + kept, around);
}

/** An element's options over those of the page. */
const withPage = <Props extends Common>(
	options: Props,
	{ context = {} }: RenderOptions,
): Props => ({
	...withContext(options, context),
	// Without any there is nothing to send along.
	...(!options.labels && !context.labels && { labels: undefined }),
	theme: options.theme ?? context.theme,
});

function slotsOf({ slots = {} }: RenderOptions): HtmlSlots {
	for (const [name, html] of Object.entries(slots))
		if (html && name !== "children" && !html.includes(`slot="${name}"`))
			throw new TypeError(`What goes into "${name}" must have the attribute slot="${name}".`);
	return slots;
}

/** A custom element with its options as attributes, which the script reads. */
function toElement<Props extends Common>(
	tag: string,
	options: Options<Props>,
	own: Props,
	content: string,
	{ id, lang }: RenderOptions,
): string {
	const said = namesOf(options)
		.filter((name) => options[name] && !(lang && name === "labels"))
		.map((name) => [attributeOf(name), say(options[name], own[name])]);
	return `<${tag}${attributes({ id, lang, ...Object.fromEntries(said) })}>${content}</${tag}>`;
}

/** What an option's {@link Read} reads again. */
function say(read: Read, value: unknown): unknown {
	if (value === undefined || value === true || typeof value === "string") return value;
	return read === text ? undefined : JSON.stringify(value);
}
