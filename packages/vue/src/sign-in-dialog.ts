import { h, type VNode } from "vue";
import { button, type Own } from "./button.ts";
import { icon } from "./icon.ts";
import { hiddenInputs, signInForm } from "./sign-in-form.ts";
import type { SignInApi } from "./use-bsky-sign-in.ts";

/** A button, and the form in a dialog that it opens. */
export const signInDialog = (api: SignInApi, own: Own): VNode[] => [
	h("form", api.getOpenFormProps(), [
		hiddenInputs(api),
		button(api.getOpenProps(), own, () => [icon(api), api.labels.signIn]),
		h("p", api.getOpenErrorProps(), api.error ?? ""),
	]),
	h("dialog", api.getDialogProps(), [h("button", api.getCloseProps(), "×"), signInForm(api)]),
];
