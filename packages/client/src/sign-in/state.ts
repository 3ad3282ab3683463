import { baseURLOf } from "../auth-client.ts";
import { BLUESKY_SERVER } from "../defaults.ts";
import { knownCode, mergeLabels } from "../labels/text.ts";
import { elementById, idsOf } from "./ids.ts";
import type { FormState, ResolvedSignInOptions, SignInOptions } from "./types.ts";

export const resolve = (options: SignInOptions): ResolvedSignInOptions => ({
	...options,
	id: options.id ?? "bsky",
	baseURL: baseURLOf(options),
	defaultServer: options.defaultServer ?? BLUESKY_SERVER,
	suggestions: options.suggestions ?? true,
	intent: options.intent ?? "sign-in",
	primary: options.primary ?? "bluesky",
	link: options.link ?? (options.intent && options.intent !== "sign-in" ? true : undefined),
	labels: mergeLabels(options.labels),
});

export function initialState(options: ResolvedSignInOptions): FormState {
	const error = knownCode(options.labels, options.error);
	return {
		status: error ? "failed" : "idle",
		value: options.handle ?? "",
		mode: "handle",
		error,
		suggestions: [],
		open: false,
		highlighted: -1,
		person: null,
		accounts: [],
		another: false,
		editing: false,
		pressed: null,
		sent: null,
		server: null,
		slow: false,
		signUp: null,
		foundNobody: false,
		seen: false,
		told: "",
		mounted: false,
		focused: false,
		composing: false,
		wanted: true,
		suggestible: true,
		early: Object(elementById(idsOf(options.id).input)).value,
	};
}

/** While a sign-in is under way, another can't begin and the field can't change. */
export const isBusy = ({ state: { status } }: { state: Pick<FormState, "status"> }): boolean =>
	status === "submitting" || status === "redirecting";

/** What closes the list. */
export const CLOSED = { open: false, highlighted: -1 };
