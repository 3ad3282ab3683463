import { type BskyContext, sessionOptions, userOptions } from "@better-auth-bsky/client/context";
import {
	type BskySessionController,
	type BskySessionOptions,
	createBskySession,
	createUser,
	viewUser,
} from "@better-auth-bsky/client/session";
import { elementWith, type Host, type Life } from "./element.ts";
import { innerSignIn } from "./inner-sign-in.ts";
import { type BlueskyUserProps, USER } from "./options.ts";

/**
 * Who is signed in, with a menu; with `sign-in` the way in as well, when nobody is. Children with
 * `slot="menu"` are more in the menu, above "Sign out".
 */
export class BlueskyUser extends elementWith(USER, live) {}

function live({ element, options, context, update }: Host<BlueskyUserProps>): Life {
	const follow = followSession(update, (session) => user.mount(session));
	// The form is an element like any other, and is here already.
	const user = createUser(async () => innerSignIn);
	const resolved = () => {
		const { session: initial, ...own } = options();
		return userOptions({ ...own, initial }, context());
	};
	const session = () => follow.session(resolved(), context());
	const shown = () => {
		const { $state, initialState } = session();
		return $state.value ?? initialState;
	};

	return {
		mount() {
			const unlisten = user.$state.listen(update);
			const unfollow = follow.mount();
			return () => {
				unlisten();
				unfollow();
			};
		},
		view() {
			user.setOptions(resolved());
			return viewUser(user, shown(), user.$state.get(), resolved(), context());
		},
		slot(name) {
			const { form } = user.$state.get();
			if (name !== "sign-in" || !form) return undefined;
			return form.Component(element, form.optionsOf(resolved(), shown()));
		},
	};
}

/**
 * The session of the moment's options: another one where those say something else.
 *
 * @param attach what else follows it; what it returns ends that
 */
function followSession(update: () => void, attach: (session: BskySessionController) => () => void) {
	let before: readonly unknown[] = [];
	let session: BskySessionController | undefined;
	let isMounted = false;
	let unlisten = () => {};

	function listen(): void {
		unlisten();
		if (!session) return;
		const stop = session.$state.listen(update);
		const detach = attach(session);
		unlisten = () => {
			stop();
			detach();
		};
	}

	return {
		session(own: BskySessionOptions, context: BskyContext): BskySessionController {
			const options = sessionOptions(own, context);
			const { authClient, baseURL, fetch, initial } = options;
			const now = [authClient, baseURL, fetch, initial];
			if (session && now.every((one, index) => one === before[index])) return session;
			before = now;
			session = createBskySession(options);
			if (isMounted) listen();
			return session;
		},
		mount() {
			isMounted = true;
			listen();
			return () => {
				isMounted = false;
				unlisten();
			};
		},
	};
}

declare global {
	interface HTMLElementTagNameMap {
		"bluesky-user": BlueskyUser;
	}
}
