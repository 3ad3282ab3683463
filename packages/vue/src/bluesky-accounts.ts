import {
	type AccountsOptions,
	createAccounts,
	viewAccounts,
	withOptions,
} from "@better-auth-bsky/client/accounts";
import { withContext } from "@better-auth-bsky/client/context";
import { computed, defineComponent, type SlotsType, watch } from "vue";
import { useBsky } from "./context.ts";
import { flag, flowProps } from "./runtime-props.ts";
import { useMount, useStore } from "./use-store.ts";
import type { AsChild, ButtonSlots } from "./view.ts";
import { render } from "./view.ts";

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
		return () =>
			render(viewAccounts(withOptions(accounts, options.value), state.value, bsky()), {
				button: { asChild: props.asChild, slot: slots.default },
			});
	},
	{
		name: "BlueskyAccounts",
		props: { ...flowProps, asChild: flag } satisfies Record<keyof BlueskyAccountsProps, unknown>,
		slots: Object as SlotsType<ButtonSlots>,
	},
);
