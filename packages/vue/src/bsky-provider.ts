import type { BskyContext } from "@better-auth-bsky/client/context";
import { defineComponent, type SlotsType, type VNode } from "vue";
import { provideBsky } from "./context.ts";

/** Says once for all components inside it what they would be told each: `BskyContext`. */
export const BskyProvider = defineComponent(
	(props: BskyContext, { slots }) => {
		provideBsky(() => props);
		return () => slots.default?.();
	},
	{
		name: "BskyProvider",
		props: ["authClient", "baseURL", "labels", "session", "theme"],
		slots: Object as SlotsType<{
			/** The components that it is said to. */
			default?: () => VNode[];
		}>,
	},
);
