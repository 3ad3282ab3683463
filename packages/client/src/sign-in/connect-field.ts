import { avatarProps, faceProps, handleProps, nameProps } from "../avatar.ts";
import { fill } from "../labels/text.ts";
import { hostOf } from "../page.ts";
import { SIGN_IN } from "../paths.ts";
import type { Person } from "../person.ts";
import { type ElementProps, type NeutralProps, type Normalize, part } from "../props.ts";
import type { Look } from "./connect.ts";
import { serverIn } from "./handle.ts";
import { onFieldKey } from "./keys.ts";
import { onSubmit } from "./on-submit.ts";
import { returnTo } from "./submit.ts";
import type { SignIn, SignInState } from "./types.ts";

/** The props of the form with the field, and of the list under it. */
export function connectField<T extends ElementProps>(
	signIn: SignIn,
	state: SignInState,
	{ labels, ids, disabled, busy, problem, progress, isCombobox, open, variantOf, stateOf }: Look,
	normalize: Normalize<T>,
) {
	const { options } = signIn;
	const { mode, person, mounted, highlighted, value } = state;
	const isServer = mode === "server";
	const error = problem?.place === "field" ? problem : null;
	const host = isServer && hostOf(serverIn(value));
	const submitText = host ? fill(labels.continueAt, { server: host }) : labels.continue;
	return {
		/** Whether the list is shown. */
		open,
		/** What the list shows, the best first. */
		suggestions: state.suggestions,
		/** Whom the handle in the field belongs to, once it is complete and known. */
		person,
		/** Name of the button that sends what is in the field; with `progress` while it does. */
		submitText: (state.pressed === "submit" && progress) || submitText,
		/** The text of the field's label. */
		labelText: isServer ? labels.server : labels.handle,
		/** What the field takes, to be seen under it while there is nothing else to say. */
		helperText: isServer ? labels.serverHelper : labels.helper,
		/** The text of the button between a handle and another server. */
		modeText: isServer ? labels.useHandle : labels.useServer,

		/** A `form` around the field. It signs in without JavaScript as well. */
		getFormProps: () =>
			normalize(
				{
					...part("form", state.status),
					action: options.baseURL + SIGN_IN,
					method: "post",
					target: "_top",
					// The browser's own checks are for when ours can't run.
					novalidate: mounted || undefined,
					"aria-busy": disabled,
					onSubmit: (event) => onSubmit(signIn, event),
				},
				"form",
			),
		/** Hidden `input`s of every form: where to go afterwards. */
		getHiddenInputs: () =>
			Object.entries(returnTo({ state, options })).flatMap(([name, value]) =>
				value === undefined
					? []
					: [normalize({ type: "hidden", name, value: String(value) }, "input")],
			),
		/** A `label`, with `labelText` in it. */
		getLabelProps: () =>
			normalize(
				{
					...part("label", isServer || options.primary === "handle" ? "shown" : "hidden"),
					for: ids.input,
				},
				"label",
			),
		/** A `div` around the field and the list, which is placed below it. */
		getFieldProps: () =>
			normalize(
				{ ...part("field", open ? "open" : "closed"), "data-place": problem?.place },
				"element",
			),
		/** At the beginning of the field: an "@", or the face of `person`. */
		getLeadProps: () => normalize({ ...part("lead"), "aria-hidden": "true" }, "element"),
		/** The `input`. */
		getInputProps: () =>
			normalize(
				{
					...part("input", error ? "invalid" : "valid"),
					id: ids.input,
					type: "text",
					name: "username",
					autocomplete: "username",
					autocapitalize: "none",
					autocorrect: "off",
					spellcheck: "false",
					enterkeyhint: "go",
					inputmode: isServer ? "url" : undefined,
					dir: "auto",
					required: true,
					// Still sent, still focused, unlike a disabled one.
					readonly: busy || undefined,
					value,
					placeholder: isServer ? labels.serverPlaceholder : labels.handlePlaceholder,
					"aria-invalid": error ? "true" : undefined,
					"aria-describedby": ids.note,
					...(isCombobox &&
						({
							role: "combobox",
							"aria-autocomplete": "list",
							"aria-controls": ids.list,
							"aria-expanded": `${open}`,
							"aria-activedescendant":
								open && highlighted >= 0 ? ids.option(highlighted) : undefined,
						} satisfies NeutralProps["input"])),
					onInput: ({ currentTarget }) => signIn.input(currentTarget?.value ?? ""),
					onKeyDown: (event) => onFieldKey(signIn, event),
					onFocus: () => signIn.focus(true),
					onBlur: () => signIn.focus(false),
					onCompositionStart: () => signIn.compose(true),
					onCompositionEnd: () => signIn.compose(false),
				},
				"input",
			),
		/** The `button` that sends what is in the field, with `submitText` in it. */
		getSubmitProps: () =>
			normalize(
				{
					...part("submit", stateOf("submit")),
					"data-variant": variantOf("submit"),
					type: "submit",
					"aria-disabled": disabled,
					onClick(event) {
						event.preventDefault();
						void signIn.submit();
					},
				},
				"button",
			),
		/** Around what is said under the field: the error, or whom or what the field is about. */
		getNoteProps: () =>
			normalize(
				{
					...part("note", error ? "error" : person ? "person" : "helper"),
					id: ids.note,
				},
				"element",
			),
		/** In it: an element with the sentence of `problem`, where its place is the field. Render it without one too. */
		getErrorProps: () =>
			normalize({ ...part("error", error ? "shown" : "empty"), role: "alert" }, "element"),
		/** In it: an element with `helperText`. */
		getHelperProps: () => normalize(part("helper"), "element"),
		/** In it: an element with the name of `person`. */
		getPersonProps: () => normalize(part("person", person ? "known" : "unknown"), "element"),
		/** Whether to render the list at all: it stays in the page, hidden, while it is closed. */
		hasList: isCombobox,
		/** A `ul`. */
		getListProps: () =>
			normalize(
				{
					...part("list", open ? "open" : "closed"),
					id: ids.list,
					role: "listbox",
					"aria-label": labels.suggestions,
					hidden: !open || undefined,
					// The field keeps the focus.
					onMouseDown: (event) => event.preventDefault(),
				},
				"ul",
			),
		/** A `li` for each of `suggestions`. */
		getOptionProps: (index: number) =>
			normalize(
				{
					...part("option", index === highlighted ? "active" : "inactive"),
					id: ids.option(index),
					role: "option",
					"aria-selected": `${index === highlighted}`,
					// Not on entering: a list that scrolls under a resting pointer is no choice.
					onPointerMove: () => index !== highlighted && signIn.highlight(index),
					onClick: () => signIn.pick(index, true),
				},
				"li",
			),
		/** The `button` between a handle and another server; it works once the script runs. */
		getModeProps: () =>
			normalize(
				{
					...part("mode", mode),
					type: "button",
					// Not `hidden`, which Tailwind's preflight takes out of the layout for good.
					disabled: !mounted || undefined,
					onClick: () => signIn.setMode(isServer ? "handle" : "server"),
				},
				"button",
			),
		/** A `span` around a face: initials, and an `img` over them where there is a picture. */
		getFaceProps: (of: Person) => normalize(faceProps(of), "element"),
		/** That `img`. */
		getAvatarProps: (of: Person) => normalize(avatarProps(of), "img"),
		/** A `span` with `nameOf(person)` in it. */
		getNameProps: () => normalize(nameProps(), "element"),
		/** A `span` with a handle in it. */
		getHandleProps: () => normalize(handleProps(), "element"),
	};
}
