import { BLUESKY_SERVER } from "../defaults.ts";
import { fill } from "../labels/text.ts";
import { hostOf } from "../page.ts";
import { SIGN_IN } from "../paths.ts";
import { type ElementProps, type Normalize, part } from "../props.ts";
import type { Look } from "./connect.ts";
import { onSubmit } from "./on-submit.ts";
import type { SignIn, SignInState } from "./types.ts";

/** The props of the form around the buttons that need no handle, and of the one to Bluesky. */
export function connectWays<T extends ElementProps>(
	signIn: SignIn,
	state: SignInState,
	{ labels, busy, disabled, progress, isReturning, variantOf, stateOf }: Look,
	normalize: Normalize<T>,
) {
	const { baseURL, defaultServer, intent } = signIn.options;
	const isBluesky = defaultServer === BLUESKY_SERVER;
	const text =
		intent === "sign-in"
			? isBluesky
				? labels.continueWithBluesky
				: fill(labels.continueWith, { server: hostOf(defaultServer) })
			: intent === "connect"
				? labels.connect
				: labels.reconnect;
	const isPressed = busy && state.pressed === "continue";
	return {
		/** Whether the accounts that were used before are shown in place of the field. */
		isReturning,
		/** Whether the button leads to Bluesky, and so may carry its butterfly. */
		hasIcon: isBluesky && signIn.options.icon !== false,
		/** The text of the button that needs no handle. */
		continueText: (isPressed && progress) || text,
		/** The same, whatever is under way. */
		continueName: text,
		/** A `form` around those buttons, with `getHiddenInputs()` in it. */
		getWaysProps: () =>
			normalize(
				{
					...part("ways", state.status),
					action: baseURL + SIGN_IN,
					method: "post",
					target: "_top",
					"aria-busy": disabled,
					onSubmit: (event) => onSubmit(signIn, event),
				},
				"form",
			),
		/** The `button` that signs in without a handle. */
		getContinueProps: () =>
			normalize(
				{
					...part("continue", stateOf("continue")),
					"data-variant": variantOf("continue"),
					type: "submit",
					name: "handle",
					value: defaultServer,
					formnovalidate: true,
					"aria-disabled": disabled,
					onClick(event) {
						event.preventDefault();
						void signIn.continueWithBluesky();
					},
				},
				"button",
			),
		/** A `button` in the field's error, for a `problem` whose way is `"continue"`. */
		getInsteadProps: () =>
			normalize(
				{
					...part("instead"),
					type: "button",
					onClick: () => void signIn.continueWithBluesky(),
				},
				"button",
			),
		/** Between the two ways in. */
		getDividerProps: () => normalize(part("divider"), "element"),
		/** Around what stands below the form. */
		getFooterProps: () => normalize(part("footer"), "element"),
	};
}
