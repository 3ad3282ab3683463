import { connectLink, createLink, type LinkOptions } from "@better-auth-bsky/client/link";
import { themeOf, withContext } from "@better-auth-bsky/client/session";
import { computed, defineComponent, h, type SlotsType } from "vue";
import { type AsChild, type ButtonSlots, button } from "./button.ts";
import { useBsky } from "./context.ts";
import { normalize } from "./normalize.ts";
import { icon, personParts } from "./person.ts";
import { flag, flowProps } from "./runtime-props.ts";
import { useMount, useStore } from "./use-store.ts";

/** The default slot and `asChild` are about the connect button. */
export interface BlueskyLinkProps extends LinkOptions, AsChild {}

/** The connected accounts of a settings page. */
export const BlueskyLink = defineComponent(
	(props: BlueskyLinkProps, { slots }) => {
		const bsky = useBsky();
		const options = computed(() => {
			const { asChild, ...own } = props;
			return withContext(own, bsky());
		});
		const link = createLink(options.value);
		const state = useStore(() => link.$state, link.$state.get());
		useMount(() => link.mount());
		return () => {
			link.setOptions(options.value);
			const api = connectLink(link, state.value, normalize);
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
		name: "BlueskyLink",
		props: { ...flowProps, asChild: flag } satisfies Record<keyof BlueskyLinkProps, unknown>,
		slots: Object as SlotsType<ButtonSlots>,
	},
);
