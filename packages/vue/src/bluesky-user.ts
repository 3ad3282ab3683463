import { themeOf, withContext } from "@better-auth-bsky/client/context";
import {
	type BlueskyUserOptions,
	connectMenu,
	connectSession,
	signInOf,
} from "@better-auth-bsky/client/session";
import { computed, defineComponent, h, type SlotsType, type VNode } from "vue";
import { BlueskySignIn, type BlueskySignInProps } from "./bluesky-sign-in.ts";
import { useBsky } from "./context.ts";
import { normalize } from "./normalize.ts";
import { flagOr, serverProps } from "./runtime-props.ts";
import { useSessionController } from "./use-bsky-session.ts";

/** Props of {@link BlueskyUser}; it shares its session with all others. */
export interface BlueskyUserProps extends BlueskyUserOptions<BlueskySignInProps> {}

const menu = connectMenu(normalize);

/** Who is signed in, with a menu; with `signIn` the way in as well, when nobody is. */
export const BlueskyUser = defineComponent(
	(props: BlueskyUserProps, { emit, slots }) => {
		const bsky = useBsky();
		const options = computed(() => withContext(props, bsky()));
		const { session, state } = useSessionController(() => props);
		return () => {
			const { labels, signIn } = options.value;
			const onSignOut = () => emit("signOut");
			const api = connectSession(session.value, state.value, normalize, { labels, onSignOut });
			if (api.status === "signed-out" && !signIn) return null;
			const person = [
				h("img", api.getAvatarProps()),
				h("span", api.getNameProps(), api.name ?? ""),
				h("span", api.getHandleProps(), api.handle ?? ""),
			];
			return h("div", { ...api.getRootProps(), ...themeOf(bsky()) }, [
				api.status === "pending"
					? h("div", menu.getMenuButtonProps(), person)
					: api.status === "signed-out"
						? h(BlueskySignIn, signInOf(options.value))
						: h("details", menu.getMenuProps(), [
								h("summary", menu.getMenuButtonProps(), person),
								h("div", menu.getMenuItemsProps(), [
									slots.default?.(),
									h("button", api.getSignOutProps(), api.labels.signOut),
									h("p", api.getErrorProps(), api.error ?? ""),
								]),
							]),
			]);
		};
	},
	{
		name: "BlueskyUser",
		props: { ...serverProps, initial: null, labels: null, signIn: flagOr(Object) },
		emits: {
			/** Somebody has signed out. */
			signOut: () => true,
		},
		slots: Object as SlotsType<{
			/** More in the menu, above "Sign out". */
			default?: () => VNode[];
		}>,
	},
);
