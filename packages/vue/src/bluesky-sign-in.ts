import { themeOf } from "@better-auth-bsky/client/context";
import type { BlueskySignInOptions } from "@better-auth-bsky/client/sign-in";
import { defineComponent, h, type SlotsType } from "vue";
import type { AsChild, ButtonSlots } from "./button.ts";
import { useBsky } from "./context.ts";
import { flag, signInProps } from "./runtime-props.ts";
import { signInDialog } from "./sign-in-dialog.ts";
import { continueForm, signInForm } from "./sign-in-form.ts";
import { useBskySignIn } from "./use-bsky-sign-in.ts";

/** The default slot and `asChild` are about its main button. */
export interface BlueskySignInProps
	extends Omit<BlueskySignInOptions, "value" | "onValueChange">,
		AsChild {
	/** What is in the field, for `v-model`. */
	modelValue?: string | undefined;
}

const PARTS = { form: signInForm, dialog: signInDialog, button: continueForm };

/** "Sign in with Bluesky". It needs no configuration, and works before and without JavaScript. */
export const BlueskySignIn = defineComponent(
	(props: BlueskySignInProps, { emit, slots }) => {
		const bsky = useBsky();
		const { api: current } = useBskySignIn(() => {
			const { as, asChild, modelValue, ...options } = props;
			return {
				...options,
				value: modelValue,
				onValueChange: (value) => emit("update:modelValue", value),
			};
		});
		return () => {
			const api = current.value;
			const { as = "form", asChild } = props;
			return h("div", { ...api.getRootProps(), ...themeOf(bsky()), "data-as": as }, [
				PARTS[as](api, { asChild, slot: slots.default }),
				h("p", api.getStatusProps(), api.statusText),
			]);
		};
	},
	{
		name: "BlueskySignIn",
		props: { ...signInProps, as: null, asChild: flag, defaultValue: null, modelValue: null },
		emits: { "update:modelValue": (_value: string) => true },
		slots: Object as SlotsType<ButtonSlots>,
	},
);
