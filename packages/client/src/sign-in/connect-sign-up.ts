import { fill } from "../labels/text.ts";
import { hostOf } from "../page.ts";
import { SIGN_IN } from "../paths.ts";
import { type ElementProps, type Normalize, part } from "../props.ts";
import type { Look } from "./connect.ts";
import { signUpServers } from "./sign-up.ts";
import type { SignIn, SignInState, SignUpServer } from "./types.ts";

/** The props of what is offered to people without an account. */
export function connectSignUp<T extends ElementProps>(
	signIn: SignIn,
	state: SignInState,
	{ labels, disabled, progress, busy }: Look,
	normalize: Normalize<T>,
) {
	const { baseURL } = signIn.options;
	const named = signUpServers(signIn.options);
	const servers: readonly SignUpServer[] =
		// The app may name others by now than those that were asked.
		state.signUp?.filter(({ url }) => named.includes(url)) ??
		named.map((url) => ({ url, host: hostOf(url) }));
	const known = state.signUp ? "offered" : "unknown";
	const isPressed = ({ url }: SignUpServer) =>
		busy && state.pressed === "create" && state.sent === url;
	return {
		/** Where an account can be created: those that say so, or until that is known, all that the app names. */
		signUpServers: servers,
		/** Whether something is to be said before the trip: which server, or what it asks for. */
		signUpAsks:
			servers.length > 1 ||
			servers.some((one) => one.inviteCodeRequired || one.termsOfService || one.privacyPolicy),
		/** The text of the button for one of them. */
		createText: (server: SignUpServer) =>
			(isPressed(server) && progress) || fill(labels.createAt, { server: server.host }),
		/**
		 * Around all of it: a `div`, or where `signUpAsks`, a `details` with a `summary`. Leave it out
		 * where there is no server. Its state is `unknown` until the servers were asked: it is for
		 * browsers without JavaScript then, and the stylesheet hides it from others.
		 */
		getSignUpProps: () => normalize(part("sign-up", known), "element"),
		/** A `form` around the buttons, with `getHiddenInputs()` and `getPromptInput()` in it. */
		getSignUpFormProps: () =>
			normalize(
				{
					...part("sign-up-servers"),
					action: baseURL + SIGN_IN,
					method: "post",
					target: "_top",
					onSubmit: (event) => event.preventDefault(),
				},
				"form",
			),
		/** A hidden `input` that says what is wanted of the server. */
		getPromptInput: () => normalize({ type: "hidden", name: "prompt", value: "create" }, "input"),
		/** A `div` for each of `signUpServers`. */
		getSignUpServerProps: () => normalize(part("sign-up-server"), "element"),
		/** A `button` in it: leads there. */
		getCreateProps: (server: SignUpServer) =>
			normalize(
				{
					...part("create", isPressed(server) ? state.status : "idle"),
					type: "submit",
					name: "handle",
					value: server.url,
					"aria-disabled": disabled,
					onClick(event) {
						event.preventDefault();
						void signIn.create(server.url);
					},
				},
				"button",
			),
		/** A link (`a`) to a page of the server's. */
		getLinkProps: (href: string) =>
			normalize({ ...part("link"), href, target: "_blank", rel: "noreferrer" }, "a"),
	};
}
