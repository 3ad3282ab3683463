import type { ServerOptions } from "./ask.ts";
import { baseURLOf } from "./auth-client.ts";
import { BLUESKY_SERVER } from "./defaults.ts";
import { SIGN_IN } from "./paths.ts";
import { part } from "./props.ts";
import { el, icon, keyed, type View } from "./view.ts";

/** What an {@link opener} sends where no script runs. */
export interface OpenerOptions extends ServerOptions {
	callbackURL?: string | undefined;
	errorCallbackURL?: string | undefined;
	newUserCallbackURL?: string | undefined;
	requestSignUp?: boolean | undefined;
	link?: boolean | undefined;
	defaultServer?: string | undefined;
	icon?: boolean | undefined;
}

/**
 * A button that opens a form which is not there yet. Without JavaScript it signs in where "Continue
 * with Bluesky" does, so nobody meets a button that does nothing.
 */
export function opener(
	text: string,
	{
		authClient,
		baseURL,
		callbackURL,
		errorCallbackURL,
		newUserCallbackURL,
		requestSignUp,
		link,
		defaultServer = BLUESKY_SERVER,
		icon: wantsIcon = true,
	}: OpenerOptions,
	{ isBusy, onPress }: { isBusy: boolean; onPress(): void },
): View {
	const fields = { callbackURL, errorCallbackURL, newUserCallbackURL, requestSignUp, link };
	return el(
		"form",
		{
			...part("open-form"),
			action: baseURLOf({ authClient, baseURL }) + SIGN_IN,
			method: "post",
			target: "_top",
		},
		Object.entries(fields).flatMap(([name, value]) =>
			value === undefined
				? []
				: keyed(name, el("input", { type: "hidden", name, value: String(value) })),
		),
		el(
			"button",
			{
				...part("open", isBusy ? "loading" : "idle"),
				"data-variant": "primary",
				name: "handle",
				value: defaultServer,
				"aria-disabled": isBusy ? "true" : undefined,
				// Inside another form its `submit` may never arrive.
				onClick(event) {
					event.preventDefault();
					onPress();
				},
			},
			// The butterfly says where a button leads, as in the form.
			wantsIcon && defaultServer === BLUESKY_SERVER ? icon() : null,
			text,
		),
	);
}
