import {
	type AccountsOptions,
	connectAccounts,
	createAccounts,
	withOptions,
} from "@better-auth-bsky/client/accounts";
import { themeOf, withContext } from "@better-auth-bsky/client/context";
import { computed, defineComponent, h, type SlotsType, watch } from "vue";
import { type AsChild, type ButtonSlots, button } from "./button.ts";
import { useBsky } from "./context.ts";
import { icon } from "./icon.ts";
import { normalize } from "./normalize.ts";
import { personParts } from "./person.ts";
import { flag, flowProps } from "./runtime-props.ts";
import { useMount, useStore } from "./use-store.ts";

/** The default slot and `asChild` are about the connect button. */
export interface BlueskyAccountsProps extends AccountsOptions, AsChild {}

/** The connected accounts of a settings page. */
export const BlueskyAccounts = defineComponent(
	(props: BlueskyAccountsProps, { slots }) => {
		const bsky = useBsky();
		const options = computed(() => {
			const { asChild, ...own } = props;
			return withContext(own, bsky());
		});
		const accounts = createAccounts(options.value);
		const state = useStore(() => accounts.$state, accounts.$state.get());
		watch(options, (now) => accounts.setOptions(now));
		useMount(() => accounts.mount());
		return () => {
			const api = connectAccounts(withOptions(accounts, options.value), state.value, normalize);
			return h("div", { ...api.getRootProps(), ...themeOf(bsky()) }, [
				h(
					"ul",
					api.getListProps(),
					api.accounts.map((account) =>
						h("li", { key: account.did, ...api.getAccountProps(account) }, [
							...personParts(api, account),
							h("button", api.getDisconnectProps(account), "×"),
						]),
					),
				),
				api.emptyText ? h("p", api.emptyText) : null,
				h("p", api.getErrorProps(), api.error ?? ""),
				button(api.getConnectProps(), { asChild: props.asChild, slot: slots.default }, () => [
					icon(api),
					api.connectText,
				]),
			]);
		};
	},
	{
		name: "BlueskyAccounts",
		props: { ...flowProps, asChild: flag } satisfies Record<keyof BlueskyAccountsProps, unknown>,
		slots: Object as SlotsType<ButtonSlots>,
	},
);
