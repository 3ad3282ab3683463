import { type BskyContext, themeOf } from "../context.ts";
import { glyph } from "../glyphs.ts";
import { nameOf } from "../person.ts";
import type { NeutralProps } from "../props.ts";
import {
	dress,
	el,
	face,
	icon,
	keyed,
	type Looks,
	person,
	slotted,
	type View,
	type ViewElement,
	words,
} from "../view.ts";
import { connectSignIn, type SignInApi } from "./connect.ts";
import { connectDialog } from "./dialog.ts";
import type { BlueskySignInOptions } from "./field.ts";
import type { SignIn, SignInState } from "./types.ts";
import { signUp } from "./view-sign-up.ts";

type Api = SignInApi & ReturnType<typeof connectDialog<NeutralProps>>;

/** What `BlueskySignIn` looks like in a state. */
export function viewSignIn(
	signIn: SignIn,
	state: SignInState,
	{ as = "form", ...looks }: Pick<BlueskySignInOptions, "as"> & Looks,
	context: BskyContext,
): View {
	const api = { ...connectSignIn(signIn, state), ...connectDialog(signIn, state) };
	const { primary } = signIn.options;
	const root = { ...api.getRootProps(), ...themeOf(context), "data-as": as, ref: signIn.attach };
	// In HTML anything may be said.
	const content = ({ form, dialog, button }[as] ?? form)(api, primary === "handle");
	return dress(el("div", root, ...content), looks);
}

/** The whole form, or where there are accounts that were used before, those. */
const form = (api: Api, isHandleFirst: boolean, isMain = true): View[] => [
	title(api),
	message(api),
	...(api.isReturning ? returning(api) : entering(api, isHandleFirst, isMain)),
	footer(api),
	status(api),
];

const title = (api: Api): View => ({
	slot: "title",
	children: [
		api.titleText ? el("h2", api.getTitleProps(), api.titleText) : null,
		api.subtitleText ? el("p", api.getSubtitleProps(), api.subtitleText) : null,
	],
});

/** What went wrong, unless it is what was typed, with its way out. */
function message(api: Api): View {
	const { problem } = api;
	const text = problem && problem.place !== "field" ? problem.text : null;
	return el(
		"div",
		api.getMessageProps(),
		text && words(text),
		text && problem?.way === "retry" ? el("button", api.getRetryProps(), api.labels.retry) : null,
	);
}

/** One tap, and somebody goes. */
const returning = (api: Api): View[] => [
	el(
		"form",
		api.getWaysProps(),
		api.getHiddenInputs().map(hiddenInput),
		el("ul", api.getAccountsProps(), api.accounts.map(account(api))),
		el("button", api.getAnotherProps(), api.labels.anotherAccount),
	),
];

const account =
	(api: Api) =>
	(one: Api["accounts"][number]): ViewElement => {
		const note = api.isPressed(one)
			? api.progress
			: one === api.accounts[0]
				? api.labels.lastUsed
				: null;
		return keyed(
			one.handle,
			el(
				"li",
				api.getAccountItemProps(),
				el(
					"button",
					api.getAccountProps(one),
					...person(one),
					note ? el("span", api.getAccountNoteProps(), note) : null,
					api.isPressed(one) ? el("span", api.getRingProps()) : null,
				),
				api.editing ? el("button", api.getForgetProps(one), glyph("cross")) : null,
			),
		);
	};

/** The field, and the button that needs none: in the order that the app wants. */
function entering(api: Api, isHandleFirst: boolean, isMain: boolean): View[] {
	const ways = el(
		"form",
		api.getWaysProps(),
		api.getHiddenInputs().map(hiddenInput),
		mainIf(isMain && !isHandleFirst, continueButton(api)),
	);
	const handle = handleForm(api, isHandleFirst, isMain && isHandleFirst);
	const divider = el("div", api.getDividerProps(), api.labels.or);
	return isHandleFirst ? [handle, divider, ways] : [ways, handle, null];
}

const mainIf = (isMain: boolean, element: ViewElement): ViewElement =>
	isMain ? slotted("button", element) : element;

const continueButton = (api: Api): ViewElement =>
	el(
		"button",
		api.getContinueProps(),
		api.hasIcon ? icon() : null,
		words(api.continueText),
		api.continueText === api.continueName ? null : el("span", api.getRingProps()),
	);

/** The field with all that belongs to it. */
function handleForm(api: Api, isFirst: boolean, isMain: boolean): View {
	return el(
		"form",
		api.getFormProps(),
		api.getHiddenInputs().map(hiddenInput),
		isFirst ? null : el("div", api.getDividerProps(), api.labels.orHandle),
		el("label", api.getLabelProps(), api.labelText),
		el(
			"div",
			api.getFieldProps(),
			el(
				"span",
				api.getLeadProps(),
				api.mode === "server" ? glyph("server") : api.person ? face(api.person) : "@",
			),
			el("input", api.getInputProps()),
			mainIf(isMain, submitButton(api)),
			api.hasList ? list(api) : null,
		),
		note(api),
	);
}

const submitButton = (api: Api): ViewElement => {
	const props = api.getSubmitProps();
	const isBusy = api.busy && props["data-variant"] === "primary";
	return el(
		"button",
		{ ...props, "aria-label": api.submitText },
		isBusy ? el("span", api.getRingProps()) : glyph("arrow"),
	);
};

/** It always says something: what works here, then whom it will be, then what went wrong. */
function note(api: Api): View {
	const { problem, labels } = api;
	const error = problem?.place === "field" ? problem : null;
	const isGoing = api.busy && api.getSubmitProps()["data-variant"] === "primary";
	return el(
		"div",
		api.getNoteProps(),
		el(
			"p",
			api.getErrorProps(),
			error && words(error.text),
			error?.way === "continue" ? ` ` : null,
			error?.way === "continue" ? el("button", api.getInsteadProps(), api.continueName) : null,
		),
		error || isGoing || !api.person
			? null
			: el(
					"p",
					api.getPersonProps(),
					el("span", api.getNameProps(), nameOf(api.person)),
					` · ${labels.confirm}`,
				),
		error || (api.person && !isGoing)
			? null
			: el("p", api.getHelperProps(), isGoing ? api.progress : api.helperText),
	);
}

/** Below the form: a way in for newcomers, and the rarer ways. */
const footer = (api: Api): View =>
	el(
		"div",
		api.getFooterProps(),
		api.isReturning || api.signUpServers.length === 0 ? null : signUp(api),
		api.slow ? el("button", api.getCancelProps(), api.labels.cancel) : null,
		api.isReturning && !api.slow
			? el("button", api.getEditProps(), api.editing ? api.labels.done : api.labels.editAccounts)
			: null,
		!api.isReturning && api.accounts.length > 0
			? el("button", api.getAnotherProps(), api.labels.accounts)
			: null,
		api.isReturning ? null : el("button", api.getModeProps(), api.modeText),
		{ slot: "footer" },
	);

/** Seen by nobody. It is inside the dialog, since all outside is silent. */
const status = (api: Api): View => el("p", api.getStatusProps(), api.statusText);

/** The list under the field. */
const list = (api: Api): View =>
	el(
		"ul",
		api.getListProps(),
		api.suggestions.map((one, index) =>
			keyed(one.handle, el("li", api.getOptionProps(index), ...person(one))),
		),
	);

/** A button, and the form in a dialog that it opens. */
const dialog = (api: Api, isHandleFirst: boolean): View[] => [
	el(
		"form",
		api.getOpenFormProps(),
		api.getHiddenInputs().map(hiddenInput),
		slotted(
			"button",
			el("button", api.getOpenProps(), api.hasIcon ? icon() : null, words(api.openText)),
		),
		el("p", api.getOpenErrorProps(), api.openError),
	),
	el(
		"dialog",
		api.getDialogProps(),
		el("button", api.getCloseProps(), glyph("cross")),
		...form(api, isHandleFirst, false),
	),
];

/** "Continue with Bluesky" alone. */
const button = (api: Api): View[] => [
	el(
		"form",
		api.getWaysProps(),
		api.getHiddenInputs().map(hiddenInput),
		slotted("button", continueButton(api)),
	),
	message(api),
	api.slow ? el("button", api.getCancelProps(), api.labels.cancel) : null,
	status(api),
];

/** Where to go afterwards. */
export const hiddenInput = (props: NeutralProps["input"]): ViewElement =>
	keyed(props.name, el("input", props));
