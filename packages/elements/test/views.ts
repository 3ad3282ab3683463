import type { BskySessionController, BskySessionState } from "@better-auth-bsky/client/session";
import { connectSignIn, type SignIn, type SignInState } from "@better-auth-bsky/client/sign-in";
import { el, keyed, type View } from "@better-auth-bsky/client/view";

/** The suite's form on the headless layer. */
export function viewCustomSignIn(signIn: SignIn, state: SignInState): View {
	const api = connectSignIn(signIn, state);
	return el(
		"form",
		api.getFormProps(),
		api.getHiddenInputs().map((props) => keyed(props.name, el("input", props))),
		el("label", api.getLabelProps(), api.labelText),
		el("input", api.getInputProps()),
		api.hasList
			? el(
					"ul",
					api.getListProps(),
					api.suggestions.map(({ handle }, index) =>
						keyed(handle, el("li", api.getOptionProps(index), handle)),
					),
				)
			: null,
		el("button", api.getSubmitProps(), api.submitText),
		el("p", api.getErrorProps(), api.error),
		el("p", api.getStatusProps(), api.statusText),
	);
}

/** The suite's session as text. Two siblings have no root: each is a view of its own. */
export function viewSessionProbe(
	session: Pick<BskySessionController, "refetch">,
	{ data, isPending, error }: BskySessionState,
): View {
	const state = isPending ? "pending" : error ? "failed" : data ? "signed-in" : "signed-out";
	return el(
		"div",
		{},
		// It is the tests' own, so no part of ours.
		el(
			"p",
			{ "data-part": "probe" as never, "data-state": state },
			data?.handle ?? data?.did ?? null,
		),
		el("button", { type: "button", onClick: () => void session.refetch() }, "Refetch"),
	);
}
