import { sessionOptions, withContext } from "@better-auth-bsky/client/context";
import { createBskySession } from "@better-auth-bsky/client/session";
import {
	createSignIn,
	keepValue,
	mountField,
	signInOptions,
} from "@better-auth-bsky/client/sign-in";
import type { View } from "@better-auth-bsky/client/view";
import type {
	AccountsProps,
	ComponentName,
	Components,
	GatesProps,
	ScopeGateProps,
	SignInProps,
	UserProps,
} from "@better-auth-bsky/conformance";
import { contextOf } from "../src/context.ts";
import { createRenderer } from "../src/render.ts";
import { viewCustomSignIn, viewSessionProbe } from "./views.ts";

interface Driven<Props> {
	update(props: Props): void;
	end(): void;
}

type Component<Props> = (container: HTMLElement, props: Props) => Driven<Props>;

/** What is in the container already, or a new one there. */
const place = <Tag extends keyof HTMLElementTagNameMap>(
	container: HTMLElement,
	tag: Tag,
	index = 0,
): HTMLElementTagNameMap[Tag] =>
	container.querySelectorAll<HTMLElementTagNameMap[Tag]>(`:scope > ${tag}`)[index] ??
	container.appendChild(document.createElement(tag));

/** The outermost part of each. */
const ROOTS: Record<string, string> = {
	"bluesky-sign-in": "root",
	"bluesky-user": "user",
	"bluesky-accounts": "connected",
};

/** Every element has a title and a class of its own: ours have other names. */
function asProperties(
	{ localName }: Element,
	{ title, className, ...props }: { title?: unknown; className?: string },
) {
	const { classNames } = props as { classNames?: object };
	const root = ROOTS[localName];
	return {
		...props,
		...(title !== undefined && { heading: title }),
		...(className && root && { classNames: { ...classNames, [root]: className } }),
	};
}

/** A custom element, with its props as properties. */
function element(
	of: HTMLElement,
	props: object,
	child?: { html: string; slot: string } | undefined,
): Driven<object> {
	if (child && !of.querySelector(`[slot=${child.slot}]`)) of.innerHTML = child.html;
	const update = (props: object) => void Object.assign(of, asProperties(of, props));
	update(props);
	return { update, end() {} };
}

const button = (text?: string) =>
	text === undefined
		? undefined
		: { slot: "button", html: `<button slot="button" class="own">${text}</button>` };

/** What the tests have made of the headless layer, which begins and ends by hand. */
function headless(
	container: HTMLElement,
	view: () => View,
	begin: (render: () => void) => () => void,
) {
	const renderer = createRenderer(container);
	let isDue = false;
	let isOver = false;
	const render = () => {
		if (isDue) return;
		isDue = true;
		queueMicrotask(() => {
			isDue = false;
			if (!isOver) renderer.render(view());
		});
	};
	renderer.render(view());
	const end = begin(render);
	return {
		render,
		end() {
			isOver = true;
			end();
			renderer.end();
		},
	};
}

const signIn: Component<SignInProps> = (container, { provider, ownButton, ...props }) =>
	element(place(container, "bluesky-sign-in"), props, button(ownButton));

const user: Component<UserProps> = (container, { provider, extra, ...props }) =>
	element(
		place(container, "bluesky-user"),
		props,
		extra === undefined
			? undefined
			: { slot: "menu", html: `<a slot="menu" href="/settings">${extra}</a>` },
	);

const accounts: Component<AccountsProps> = (container, { provider, ownButton, ...props }) =>
	element(place(container, "bluesky-accounts"), props, button(ownButton));

const scopeGate: Component<ScopeGateProps> = (container, first) => {
	const { provider, ownButton, text = "", ownFallback, ...props } = first;
	const gate = place(container, "bluesky-scope-gate");
	if (!gate.hasChildNodes()) gate.append(text);
	const { update } = element(gate, props);
	if (ownFallback === undefined) return { update, end() {} };
	const button = document.createElement("button");
	button.slot = "fallback";
	button.type = "button";
	button.onclick = () => gate.allow();
	gate.append(button);
	const say = () => {
		const said = `${ownFallback}: ${gate.state}`;
		if (button.textContent !== said) button.textContent = said;
	};
	const observer = new MutationObserver(say);
	observer.observe(gate, { attributeFilter: ["data-state"], childList: true, subtree: true });
	return { update, end: () => observer.disconnect() };
};

const gates: Component<GatesProps> = (container, { provider, ownButton, scopes, ...props }) => {
	const all = scopes.map((scope, index) => {
		const gate = place(container, "bluesky-scope-gate", index);
		if (!gate.hasChildNodes()) gate.append(scope);
		return element(gate, { scope, ...props });
	});
	return {
		update({ navigate }) {
			for (const one of all) one.update({ navigate });
		},
		end() {},
	};
};

const customSignIn: Component<SignInProps> = (container, first) => {
	let props = first;
	const options = () => withContext(signInOptions(props), contextOf(container));
	const form = createSignIn(options());
	const { render, end } = headless(
		container,
		() => {
			form.setOptions(options());
			return viewCustomSignIn(form, form.$state.get());
		},
		(render) => {
			const unlisten = form.$state.listen(render);
			const unmount = mountField(form, () => props);
			return () => {
				unlisten();
				unmount();
			};
		},
	);
	return {
		update(next) {
			props = next;
			keepValue(form, props);
			render();
		},
		end,
	};
};

const sessionProbe = (container: HTMLElement): Driven<unknown> => {
	const follow = () => createBskySession(sessionOptions({}, contextOf(container)));
	let session = follow();
	let unlisten = () => {};
	const { render, end } = headless(
		container,
		() => viewSessionProbe(session, session.$state.value ?? session.initialState),
		(render) => {
			unlisten = session.$state.listen(render);
			return () => unlisten();
		},
	);
	return {
		update() {
			// Before the other one is let go of: they may be the same.
			session = follow();
			unlisten();
			unlisten = session.$state.listen(render);
			render();
		},
		end,
	};
};

const probe = (container: HTMLElement, index = 0) => sessionProbe(place(container, "div", index));

const page: Component<SignInProps> = (container, { provider, ...props }) => {
	const person = element(place(container, "bluesky-user"), { signIn: { as: "button" } }, undefined);
	const forms = [0, 1].map((index) =>
		element(place(container, "bluesky-sign-in", index), props, undefined),
	);
	const all = [person, probe(container, 0), probe(container, 1)];
	return {
		update(props) {
			for (const form of forms) form.update(props);
			for (const one of all) one.update({});
		},
		end() {
			for (const one of all) one.end();
		},
	};
};

function noHook(): never {
	throw new Error("There is no hook without a framework.");
}

/** The components of the suite, as a page without a framework would use them. */
export const COMPONENTS: { [Name in ComponentName]: Component<Components[Name]> } = {
	BlueskySignIn: signIn,
	BlueskyUser: user,
	BlueskyAccounts: accounts,
	BlueskyScopeGate: scopeGate,
	Gates: gates,
	CustomSignIn: customSignIn,
	SessionProbe: (container) => probe(container),
	AgentProbe: noHook,
	ProfileProbes: noHook,
	Page: page,
};
