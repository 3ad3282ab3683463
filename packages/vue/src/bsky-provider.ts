import { type BskyContext, mountContext, within } from "@better-auth-bsky/client/context";
import { defineComponent, type SlotsType, type VNode } from "vue";
import { provideBsky, useBsky } from "./context.ts";
import { useMount } from "./use-store.ts";

/**
 * Says once for all components inside it what they would be told each: `BskyContext`. Inside another one
 * it adds to what that says.
 */
export const BskyProvider = defineComponent(
	(props: BskyContext, { slots }) => {
		const around = useBsky();
		provideBsky(() => props);
		useMount(() => mountContext(() => within(around(), props)));
		return () => slots.default?.();
	},
	{
		name: "BskyProvider",
		props: [
			"appName",
			"defaultServer",
			"signUp",
			"authClient",
			"baseURL",
			"labels",
			"session",
			"theme",
			"user",
			"onSuccess",
			"onConnect",
		],
		slots: Object as SlotsType<{
			/** The components that it is said to. */
			default?: () => VNode[];
		}>,
	},
);
