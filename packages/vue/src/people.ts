import { h, type VNode } from "vue";
import { personParts } from "./person.ts";
import type { SignInApi } from "./use-bsky-sign-in.ts";

/** The list under the field. */
export const suggestions = (api: SignInApi): VNode =>
	h(
		"ul",
		api.getListProps(),
		api.suggestions.map((person, index) =>
			h("li", { key: person.handle, ...api.getOptionProps(index) }, personParts(api, person)),
		),
	);

/** Accounts used on this device before. */
export const accounts = (api: SignInApi): VNode[] => [
	h("div", api.getDividerProps(), api.labels.accounts),
	h(
		"ul",
		api.getAccountsProps(),
		api.accounts.map((account) =>
			h("li", { key: account.handle, ...api.getAccountItemProps() }, [
				h("button", api.getAccountProps(account), personParts(api, account)),
				h("button", api.getForgetProps(account), "×"),
			]),
		),
	),
];
