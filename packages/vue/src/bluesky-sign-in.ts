import { type BlueskySignInOptions, viewSignIn } from "@better-auth-bsky/client/sign-in";
import { defineComponent, type SlotsType, type VNode } from "vue";
import { useBsky } from "./context.ts";
import { flag, looksProps, signInProps } from "./runtime-props.ts";
import { useSignIn } from "./use-bsky-sign-in.ts";
import type { AsChild, ButtonSlots } from "./view.ts";
import { render } from "./view.ts";

/** The default slot and `asChild` are about its main button. */
export interface BlueskySignInProps
	extends Omit<BlueskySignInOptions, "value" | "onValueChange">,
		AsChild {
	/** What is in the field, for `v-model`. */
	modelValue?: string | undefined;
}

/** "Sign in with Bluesky". It needs no configuration, and works before and without JavaScript. */
export const BlueskySignIn = defineComponent(
	(props: BlueskySignInProps, { emit, slots }) => {
		const bsky = useBsky();
		const { shown, state } = useSignIn(() => {
			const { as, asChild, modelValue, className, classNames, ...options } = props;
			return {
				...options,
				value: modelValue,
				onValueChange: (value) => emit("update:modelValue", value),
			};
		});
		return () =>
			render(viewSignIn(shown.value, state.value, props, bsky()), {
				button: { asChild: props.asChild, slot: slots.default },
				title: slots.title,
				footer: slots.footer,
			});
	},
	{
		name: "BlueskySignIn",
		props: {
			...signInProps,
			...looksProps,
			as: null,
			asChild: flag,
			defaultValue: null,
			modelValue: null,
		},
		emits: { "update:modelValue": (_value: string) => true },
		slots: Object as SlotsType<
			ButtonSlots & {
				/** Above the form, in place of ours. */
				title?: () => VNode[];
				/** Below the form. */
				footer?: () => VNode[];
			}
		>,
	},
);
