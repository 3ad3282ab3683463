import { withContext } from "@better-auth-bsky/client/context";
import { type BlueskyUserOptions, signInOf, viewUser } from "@better-auth-bsky/client/session";
import { computed, defineComponent, h, type SlotsType, type VNode } from "vue";
import { BlueskySignIn, type BlueskySignInProps } from "./bluesky-sign-in.ts";
import { useBsky } from "./context.ts";
import { flagOr, serverProps } from "./runtime-props.ts";
import { useSessionController } from "./use-bsky-session.ts";
import { render } from "./view.ts";

/** Props of {@link BlueskyUser}; it shares its session with all others. */
export interface BlueskyUserProps extends BlueskyUserOptions<BlueskySignInProps> {}

/** Who is signed in, with a menu; with `signIn` the way in as well, when nobody is. */
export const BlueskyUser = defineComponent(
	(props: BlueskyUserProps, { emit, slots }) => {
		const bsky = useBsky();
		const options = computed(() => withContext(props, bsky()));
		const { session, state } = useSessionController(() => props);
		return () => {
			const { labels, signIn } = options.value;
			const onSignOut = () => emit("signOut");
			const view = viewUser(session.value, state.value, { labels, onSignOut, signIn }, bsky());
			return render(view, {
				menu: slots.default,
				"sign-in": () => h(BlueskySignIn, signInOf(options.value)),
			});
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
