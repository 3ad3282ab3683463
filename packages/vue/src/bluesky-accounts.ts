import {
	type AccountsEvents,
	addOptions,
	type BlueskyAccountsOptions,
	createAccounts,
	listOptions,
	viewAccounts,
	withOptions,
} from "@better-auth-bsky/client/accounts";
import { withContext } from "@better-auth-bsky/client/context";
import { computed, defineComponent, h, type SlotsType, watch } from "vue";
import { BlueskySignIn } from "./bluesky-sign-in.ts";
import { useBsky } from "./context.ts";
import { flag, flagOr, flowProps, looksProps } from "./runtime-props.ts";
import { useMount, useStore } from "./use-store.ts";
import type { AsChild, ButtonSlots } from "./view.ts";
import { render } from "./view.ts";

/** The default slot and `asChild` are about the button that connects an account. */
export interface BlueskyAccountsProps
	extends Omit<BlueskyAccountsOptions, keyof AccountsEvents>,
		AsChild {}

/** The connected accounts of a settings page. */
export const BlueskyAccounts = defineComponent(
	(props: BlueskyAccountsProps, { emit, slots }) => {
		const bsky = useBsky();
		const events: AccountsEvents = {
			onConnect: (detail) => emit("connect", detail),
			onDisconnect: (detail) => emit("disconnect", detail),
			onSwitch: (detail) => emit("switch", detail),
			onError: (detail) => emit("error", detail),
		};
		const all = computed(() => {
			const { asChild, ...own } = props;
			return withContext({ ...own, ...events }, bsky());
		});
		const options = computed(() => listOptions(all.value));
		const accounts = createAccounts(options.value);
		const state = useStore(() => accounts.$state, accounts.$state.get());
		watch(options, (now) => accounts.setOptions(now));
		useMount(() => accounts.mount());
		return () => {
			const shown = withOptions(accounts, options.value);
			const add = { ...addOptions(shown, state.value, all.value), asChild: props.asChild };
			return render(viewAccounts(shown, state.value, all.value, bsky()), {
				add: () => h(BlueskySignIn, add, slots),
			});
		};
	},
	{
		name: "BlueskyAccounts",
		props: {
			...flowProps,
			...looksProps,
			asChild: flag,
			title: flagOr(String),
		} satisfies Record<keyof BlueskyAccountsProps, unknown>,
		emits: {
			/** On the page that follows: an account was connected, or connected again. */
			connect: (_: { did: string }) => true,
			/** An account was disconnected. */
			disconnect: (_: { did: string }) => true,
			/** The app acts as another account from now on. */
			switch: (_: { did: string }) => true,
			/** Something has failed, with a code of the labels' `errors`. */
			error: (_: { code: string }) => true,
		},
		slots: Object as SlotsType<ButtonSlots>,
	},
);
