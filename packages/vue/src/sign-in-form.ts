import { h, type VNode } from "vue";
import { button, type Own } from "./button.ts";
import { icon } from "./icon.ts";
import { accounts, suggestions } from "./people.ts";
import { personParts } from "./person.ts";
import type { SignInApi } from "./use-bsky-sign-in.ts";

/** The whole form: the field, the ways to send it, the accounts used before. */
export const signInForm = (api: SignInApi, own: Own = {}): VNode =>
	h("form", api.getFormProps(), [
		hiddenInputs(api),
		h("label", api.getLabelProps(), api.labelText),
		h("div", api.getFieldProps(), [
			h("input", api.getInputProps()),
			api.hasList ? suggestions(api) : null,
		]),
		h("p", api.getErrorProps(), api.error ?? ""),
		h("div", api.getPersonProps(), api.person ? personParts(api, api.person) : []),
		button(api.getSubmitProps(), own, () => [api.submitText]),
		h("div", api.getDividerProps(), api.labels.or),
		h("button", api.getContinueProps(), continueContent(api)),
		h("button", api.getModeProps(), api.modeText),
		api.accounts.length > 0 ? accounts(api) : null,
	]);

/** "Continue with Bluesky" alone. */
export const continueForm = (api: SignInApi, own: Own): VNode =>
	h("form", api.getFormProps(), [
		hiddenInputs(api),
		button(api.getContinueProps(), own, () => continueContent(api)),
		h("p", api.getErrorProps(), api.error ?? ""),
	]);

/** Where to go afterwards. */
export const hiddenInputs = (api: SignInApi): VNode[] =>
	api.getHiddenInputs().map((props) => h("input", { key: props.name, ...props }));

const continueContent = (api: SignInApi) => [icon(api), api.labels.continueWithBluesky];
