import { iconProps } from "../icon.ts";
import { errorMessage, fill, plural } from "../labels/text.ts";
import type { BskyLabels } from "../labels/types.ts";
import { SIGN_IN } from "../paths.ts";
import { nameOf } from "../person.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import { connectAccounts } from "./connect-accounts.ts";
import { idsOf } from "./ids.ts";
import { onFieldKey } from "./keys.ts";
import { returnTo } from "./submit.ts";
import type { SignIn, SignInState } from "./types.ts";

/**
 * The props of a sign-in form's elements, for a state of it. Each has `data-bsky`, `data-part` and,
 * where it has states, `data-state`.
 *
 * Put the submit button before the others in the form: Enter presses the first one.
 */
export function connectSignIn<T extends ElementProps = NeutralProps>(
	signIn: SignIn,
	state: SignInState = signIn.$state.get(),
	normalize: Normalize<T> = neutral,
) {
	const { options } = signIn;
	const { labels } = options;
	const ids = idsOf(options.id);
	const { status, mode, person, mounted, highlighted } = state;
	/** What is under way, in words. */
	const progress = status === "submitting" || status === "redirecting" ? labels[status] : null;
	const busy = progress !== null;
	const disabled = busy ? "true" : undefined;
	const error = state.error && errorMessage(labels, state.error);
	const isServer = mode === "server";
	const isCombobox =
		mounted && options.suggestions === true && state.suggestible && mode === "handle";
	const open = isCombobox && state.open;

	return {
		/** All the texts. */
		labels,
		/** Whether the form can be used, and what became of it. */
		status,
		/** What the field takes: a handle, or the address of a server. */
		mode,
		/** Whether a sign-in is under way. */
		busy,
		/** Whether the list is shown. */
		open,
		/** What the list shows, the best first. */
		suggestions: state.suggestions,
		/** Whom the handle in the field belongs to, once it is complete and known. */
		person,
		/** Accounts used on this device before, the latest first. */
		accounts: state.accounts,
		/** What went wrong, as a sentence; `null` for nothing. */
		error,
		/** The text of the polite live region. */
		statusText: progress ?? statusText(labels, state, open),
		/** The text of the submit button. */
		submitText: progress ?? labels.signIn,
		/** The text of the field's label. */
		labelText: isServer ? labels.server : labels.handle,

		/** A `div` around everything. */
		getRootProps: () => normalize({ ...part("root", status), "data-mode": mode }, "element"),
		/** A `form`. It signs in without JavaScript as well. */
		getFormProps: () =>
			normalize(
				{
					...part("form", status),
					action: options.baseURL + SIGN_IN,
					method: "post",
					// The browser's own checks are for when ours can't run.
					novalidate: mounted || undefined,
					"aria-busy": disabled,
					onSubmit(event) {
						event.preventDefault();
						const { name, value } = event.submitter ?? event.nativeEvent?.submitter ?? {};
						void signIn.submit(name === "handle" ? value : undefined);
					},
				},
				"form",
			),
		/** Hidden `input`s of the form: where to go afterwards. */
		getHiddenInputs: () =>
			Object.entries(returnTo({ state, options })).flatMap(([name, value]) =>
				value === undefined
					? []
					: [normalize({ type: "hidden", name, value: String(value) }, "input")],
			),
		/** A `label`, with `labelText` in it. */
		getLabelProps: () => normalize({ ...part("label"), for: ids.input }, "label"),
		/** A `div` around the field and the list, which is placed below it. */
		getFieldProps: () => normalize(part("field", open ? "open" : "closed"), "element"),
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
					value: state.value,
					placeholder: isServer ? labels.serverPlaceholder : labels.handlePlaceholder,
					"aria-invalid": error ? "true" : undefined,
					"aria-describedby":
						[error && ids.error, person && ids.person].filter(Boolean).join(" ") || undefined,
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
					onClick: () => signIn.pick(index),
				},
				"li",
			),
		/** The `button` that sends what is in the field. */
		getSubmitProps: () =>
			normalize({ ...part("submit", status), type: "submit", "aria-disabled": disabled }, "button"),
		/** The `button` that signs in without a handle. */
		getContinueProps: () =>
			normalize(
				{
					...part("continue", status),
					type: "submit",
					name: "handle",
					value: options.defaultServer,
					formnovalidate: true,
					"aria-disabled": disabled,
				},
				"button",
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
		/** The text of that button. */
		modeText: isServer ? labels.useHandle : labels.useServer,
		/** An element with `error` in it; render it without one too, so that it is announced. */
		getErrorProps: () =>
			normalize(
				{
					...part("error", error ? "shown" : "empty"),
					id: ids.error,
					role: "alert",
				},
				"element",
			),
		/** An element with `statusText` in it, seen by nobody and read aloud. */
		getStatusProps: () => normalize({ ...part("status"), role: "status" }, "element"),
		/** An element with the avatar and the name of `person`. */
		getPersonProps: () =>
			normalize({ ...part("person", person ? "known" : "unknown"), id: ids.person }, "element"),
		/** The butterfly, an `svg`. */
		getIconProps: () => normalize(iconProps(), "svg"),
		/** Between the two ways in. */
		getDividerProps: () => normalize(part("divider"), "element"),
		...connectAccounts(signIn, status, disabled, normalize),
	};
}

function statusText(
	labels: BskyLabels,
	{ suggestions, person }: SignInState,
	open: boolean,
): string {
	if (open) return plural(labels, labels.results, suggestions.length);
	return person ? fill(labels.signingInAs, { name: nameOf(person) }) : "";
}

/** What {@link connectSignIn} gives. */
export type SignInApi<T extends ElementProps = NeutralProps> = ReturnType<typeof connectSignIn<T>>;
