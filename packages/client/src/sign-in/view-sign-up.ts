import { fill } from "../labels/text.ts";
import { el, keyed, type View, type ViewElement, words } from "../view.ts";
import type { SignInApi } from "./connect.ts";
import type { SignUpServer } from "./types.ts";
import { hiddenInput } from "./view.ts";

/** "New here? Create an account": at one server with a press, else behind that, with what each asks. */
export function signUp(api: SignInApi): View {
	const { labels } = api;
	if (!api.signUpAsks) {
		return el(
			"div",
			api.getSignUpProps(),
			`${labels.newHere} `,
			serversForm(api, (server) => [button(api, server, labels.createAccount)]),
		);
	}
	return el(
		"details",
		api.getSignUpProps(),
		el("summary", {}, `${labels.newHere} `, words(labels.createAccount)),
		serversForm(api, (server) => [
			button(api, server, api.createText(server)),
			server.inviteCodeRequired
				? el("p", {}, fill(labels.inviteCode, { server: server.host }))
				: null,
			el(
				"p",
				{},
				link(api, server.termsOfService, labels.terms),
				server.termsOfService && server.privacyPolicy ? " · " : null,
				link(api, server.privacyPolicy, labels.privacy),
			),
		]),
	);
}

const serversForm = (api: SignInApi, content: (server: SignUpServer) => View[]): ViewElement =>
	el(
		"form",
		api.getSignUpFormProps(),
		api.getHiddenInputs().map(hiddenInput),
		el("input", api.getPromptInput()),
		api.signUpServers.map((server) =>
			keyed(server.url, el("div", api.getSignUpServerProps(), ...content(server))),
		),
	);

function button(api: SignInApi, server: SignUpServer, text: string): View {
	const props = api.getCreateProps(server);
	const isPressed = props["data-state"] !== "idle";
	return el(
		"button",
		props,
		words(isPressed ? api.createText(server) : text),
		isPressed ? el("span", api.getRingProps()) : null,
	);
}

const link = (api: SignInApi, href: string | undefined, text: string): View =>
	href ? el("a", api.getLinkProps(href), text) : null;
