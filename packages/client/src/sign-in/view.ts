import { type BskyContext, themeOf } from "../context.ts";
import type { NeutralProps } from "../props.ts";
import { el, icon, keyed, person, slotted, type View, type ViewElement } from "../view.ts";
import { connectSignIn, type SignInApi } from "./connect.ts";
import { connectDialog } from "./dialog.ts";
import type { BlueskySignInOptions } from "./field.ts";
import type { SignIn, SignInState } from "./types.ts";

type Api = SignInApi & ReturnType<typeof connectDialog<NeutralProps>>;

/** What `BlueskySignIn` looks like in a state. */
export function viewSignIn(
	signIn: SignIn,
	state: SignInState,
	{ as = "form" }: Pick<BlueskySignInOptions, "as">,
	context: BskyContext,
): View {
	const api = { ...connectSignIn(signIn, state), ...connectDialog(signIn, state) };
	return el(
		"div",
		{ ...api.getRootProps(), ...themeOf(context), "data-as": as },
		...WAYS[as](api),
		el("p", api.getStatusProps(), api.statusText),
	);
}

const WAYS = {
	form: (api: Api) => [form(api, true)],
	dialog: (api: Api) => dialog(api),
	button: (api: Api) => [continueForm(api)],
};

/** A button, and the form in a dialog that it opens. */
const dialog = (api: Api): View[] => [
	el(
		"form",
		api.getOpenFormProps(),
		hiddenInputs(api),
		slotted("button", el("button", api.getOpenProps(), icon(api), api.labels.signIn)),
		el("p", api.getOpenErrorProps(), api.error),
	),
	el("dialog", api.getDialogProps(), el("button", api.getCloseProps(), "×"), form(api, false)),
];

/** The whole form: the field, the ways to send it, the accounts used before. */
function form(api: Api, isMain: boolean): View {
	const submit = el("button", api.getSubmitProps(), api.submitText);
	return el(
		"form",
		api.getFormProps(),
		hiddenInputs(api),
		el("label", api.getLabelProps(), api.labelText),
		el(
			"div",
			api.getFieldProps(),
			el("input", api.getInputProps()),
			api.hasList ? list(api) : null,
		),
		el("p", api.getErrorProps(), api.error),
		el("div", api.getPersonProps(), ...(api.person ? person(api, api.person) : [])),
		isMain ? slotted("button", submit) : submit,
		el("div", api.getDividerProps(), api.labels.or),
		el("button", api.getContinueProps(), icon(api), api.labels.continueWithBluesky),
		el("button", api.getModeProps(), api.modeText),
		...(api.accounts.length > 0 ? accounts(api) : [null, null]),
	);
}

/** "Continue with Bluesky" alone. */
const continueForm = (api: Api): View =>
	el(
		"form",
		api.getFormProps(),
		hiddenInputs(api),
		slotted(
			"button",
			el("button", api.getContinueProps(), icon(api), api.labels.continueWithBluesky),
		),
		el("p", api.getErrorProps(), api.error),
	);

/** Where to go afterwards. */
const hiddenInputs = (api: Api): ViewElement[] =>
	api.getHiddenInputs().map((props) => keyed(props.name, el("input", props)));

/** The list under the field. */
const list = (api: Api): View =>
	el(
		"ul",
		api.getListProps(),
		api.suggestions.map((one, index) =>
			keyed(one.handle, el("li", api.getOptionProps(index), ...person(api, one))),
		),
	);

/** Accounts used on this device before. */
const accounts = (api: Api): View[] => [
	el("div", api.getDividerProps(), api.labels.accounts),
	el(
		"ul",
		api.getAccountsProps(),
		api.accounts.map((account) =>
			keyed(
				account.handle,
				el(
					"li",
					api.getAccountItemProps(),
					el("button", api.getAccountProps(account), ...person(api, account)),
					el("button", api.getForgetProps(account), "×"),
				),
			),
		),
	),
];
