import { type BskyContext, themeOf } from "../context.ts";
import { part } from "../props.ts";
import { el, type View, words } from "../view.ts";
import { connectScopeGate } from "./connect.ts";
import type { ScopeGate, ScopeGateOptions, ScopeGateState } from "./types.ts";

/**
 * What `BlueskyScopeGate` looks like in a state: what it is about, or the app's fallback, or one
 * sentence and one button.
 */
export function viewScopeGate(
	gate: ScopeGate,
	state: ScopeGateState,
	options: ScopeGateOptions,
	hasFallback: boolean,
	context: BskyContext,
): View {
	const api = connectScopeGate(gate, state, undefined, options);
	const ours = !api.granted && !hasFallback;
	return el(
		"div",
		{ ...api.getRootProps(), ...themeOf(context) },
		api.granted ? { slot: "children" } : null,
		api.button && hasFallback ? { slot: "fallback" } : null,
		ours ? el("p", api.getTextProps(), api.text) : null,
		ours && api.button
			? el(
					"button",
					api.getAllowProps(),
					...(api.isAsking
						? [el("span", { ...part("ring"), "aria-hidden": "true" }), words(api.button)]
						: [api.button]),
				)
			: null,
	);
}
