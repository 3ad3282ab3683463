import {
	createSignIn,
	keepValue,
	mountField,
	signInOptions,
	viewSignIn,
} from "@better-auth-bsky/client/sign-in";
import { elementWith, type Host, type Life } from "./element.ts";
import { type BlueskySignInProps, SIGN_IN } from "./options.ts";

/**
 * "Sign in with Bluesky". It needs no configuration. A child with `slot="button"` is its main button,
 * or what is in it.
 */
export class BlueskySignIn extends elementWith(SIGN_IN, live) {}

let count = 0;

function live({ element, options, context, update }: Host<BlueskySignInProps>): Life {
	const id = `bsky-${++count}`;
	const resolved = () => {
		const { as, theme, classNames, heading: title, ...own } = options();
		return signInOptions({ ...own, title, id: element.id || id });
	};
	const signIn = createSignIn(resolved());
	let value = options().value;
	const keep = () => keepValue(signIn, options());
	return {
		mount() {
			let timer: ReturnType<typeof setTimeout>;
			const unlisten = signIn.$state.listen(() => {
				update();
				clearTimeout(timer);
				// An app that follows what is typed, be it in a framework of its own, has done so by then.
				timer = setTimeout(keep);
			});
			const unmount = mountField(signIn, options);
			return () => {
				unlisten();
				unmount();
				clearTimeout(timer);
			};
		},
		view() {
			signIn.setOptions(resolved());
			const now = options();
			if (value !== now.value) keep();
			value = now.value;
			return viewSignIn(signIn, signIn.$state.get(), now, context());
		},
	};
}

declare global {
	interface HTMLElementTagNameMap {
		"bluesky-sign-in": BlueskySignIn;
	}
}
