import {
	type ScopeGateOptions,
	type ScopeStatus,
	viewScopeGate,
} from "@better-auth-bsky/client/scope";
import { defineComponent, type SlotsType, type VNode } from "vue";
import { useBsky } from "./context.ts";
import { scopeProps } from "./runtime-props.ts";
import { useScopeGate } from "./use-bsky-scope.ts";
import { render } from "./view.ts";

/** Props of {@link BlueskyScopeGate}. */
export interface BlueskyScopeGateProps extends Omit<ScopeGateOptions, "onError"> {}

/** Its slot where a scope is granted, else one sentence and one button that asks for it. */
export const BlueskyScopeGate = defineComponent(
	(props: BlueskyScopeGateProps, { emit, slots }) => {
		const bsky = useBsky();
		const { gate, options, state, api } = useScopeGate(() => ({
			...props,
			onError: (detail) => emit("error", detail),
		}));
		return () =>
			render(viewScopeGate(gate, state.value, options.value, !!slots.fallback, bsky()), {
				children: slots.default,
				fallback: () =>
					slots.fallback?.({
						state: api.state.value,
						granted: api.granted.value,
						error: api.error.value,
						allow: api.allow,
					}),
			});
	},
	{
		name: "BlueskyScopeGate",
		props: scopeProps,
		emits: {
			/** It has failed, with a code of the labels' `errors`. */
			error: (_: { code: string }) => true,
		},
		slots: Object as SlotsType<{
			/** What needs the scope. */
			default?: () => VNode[];
			/** In place of our sentence and button. */
			fallback?: (scope: {
				state: ScopeStatus;
				granted: boolean;
				error: string | null;
				allow: () => Promise<void>;
			}) => VNode[];
		}>,
	},
);
