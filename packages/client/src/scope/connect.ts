import { defined } from "../defined.ts";
import { fill } from "../labels/text.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";
import { english, errors, sentences } from "./english.ts";
import { statusOf } from "./status.ts";
import type { ScopeGate, ScopeGateOptions, ScopeGateState, ScopeStatus } from "./types.ts";

/** The props of the elements of a gate, for a state of it, with the options of this render. */
export function connectScopeGate<T extends ElementProps = NeutralProps>(
	gate: ScopeGate,
	state: ScopeGateState = gate.$state.get(),
	normalize: Normalize<T> = neutral,
	options: ScopeGateOptions = gate.options,
) {
	const labels = { ...english, ...defined(options.labels) };
	const status = statusOf(options, state);
	const { session, server } = state;
	const error = status === "failed" ? (state.error ?? session.error) : null;
	const codes: Record<string, string | undefined> = {
		...sentences,
		...errors,
		...options.labels?.errors,
	};
	const allow = session.data?.active === false ? labels.reconnect : labels.allow;
	const isAsking = status === "asking";
	const connect = [labels.notConnected, labels.connect] as const;
	const texts: { [Name in ScopeStatus]?: readonly [text: string | undefined, button: string] } = {
		missing: [labels.permission, allow],
		asking: [labels.permission, server ? fill(labels.redirecting, { server }) : allow],
		refused: [labels.notAllowed, allow],
		// The server's own words, for a code that the texts don't know.
		failed: [
			error ? (codes[error.code] ?? error.message ?? codes.UNKNOWN) : "",
			session.data ? allow : labels.retry,
		],
		ended: [labels.reconnectHint, allow],
		"signed-out": connect,
		"not-connected": connect,
	};
	const [text = "", button = ""] = texts[status] ?? [];

	return {
		/** Whether it may be done, and what became of asking. */
		status,
		/** Whether it may be done. */
		granted: status === "granted",
		/** Why it may not, or what went wrong, as a sentence; empty where there is none. */
		text,
		/** The text of the button; empty where there is none. */
		button,
		/** Whether the person is on the way to their server. */
		isAsking,
		/** Code of what went wrong; `null` for nothing. */
		error: error?.code ?? null,
		/** A `div` around everything. */
		getRootProps: () =>
			normalize(
				{
					...part("gate", status),
					lang: labels.locale,
					tabindex: -1,
					ref(element) {
						gate.root = element as HTMLElement | null;
					},
				},
				"element",
			),
		/** An element with `text` in it; render it without one too, so that it is announced. */
		getTextProps: () => normalize({ ...part("gate-text"), role: "status" }, "element"),
		/** The `button` with the text of that name. */
		getAllowProps: () =>
			normalize(
				{
					...part("allow", isAsking ? "busy" : "idle"),
					"data-variant": "primary",
					type: "button",
					"aria-disabled": isAsking && !server ? "true" : undefined,
					onClick: gate.allow,
				},
				"button",
			),
	};
}

/** What {@link connectScopeGate} gives. */
export type ScopeGateApi<T extends ElementProps = NeutralProps> = ReturnType<
	typeof connectScopeGate<T>
>;
