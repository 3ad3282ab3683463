import { userOptions } from "@better-auth-bsky/client/context";
import { type BlueskyUserOptions, createUser, viewUser } from "@better-auth-bsky/client/session";
import { computed, defineComponent, h, type SlotsType, type VNode, watch } from "vue";
import type { BlueskySignInProps } from "./bluesky-sign-in.ts";
import { useBsky } from "./context.ts";
import { flag, flagOr, serverProps } from "./runtime-props.ts";
import { useSessionController } from "./use-bsky-session.ts";
import { useMount, useStore } from "./use-store.ts";
import { render } from "./view.ts";

type Told = "onConnect" | "onSignOut" | "onSuccess" | "onSwitch";

/** Props of {@link BlueskyUser}; it shares its session with all others. */
export interface BlueskyUserProps extends Omit<BlueskyUserOptions<BlueskySignInProps>, Told> {}

const load = () => import("./bluesky-sign-in.ts").then(({ BlueskySignIn }) => BlueskySignIn);

/** Who is signed in, with a menu; with `signIn` the way in as well, when nobody is. */
export const BlueskyUser = defineComponent(
	(props: BlueskyUserProps, { emit, slots }) => {
		const bsky = useBsky();
		const options = computed(() => {
			const { onConnect, onSuccess } = bsky();
			return userOptions<BlueskyUserOptions<BlueskySignInProps>>(
				{
					...props,
					onSignOut: () => emit("signOut"),
					onSwitch: (detail) => emit("switch", detail),
					onSuccess(detail) {
						emit("success", detail);
						onSuccess?.(detail);
					},
					onConnect(detail) {
						emit("connect", detail);
						onConnect?.(detail);
					},
				},
				bsky(),
			);
		});
		const { session, state: shown } = useSessionController(() => props);
		const user = createUser(load);
		const state = useStore(() => user.$state, user.$state.get());
		watch(options, (now) => user.setOptions(now), { immediate: true });
		useMount(() =>
			watch(session, (now, _, onCleanup) => onCleanup(user.mount(now)), { immediate: true }),
		);
		return () => {
			const { form } = state.value;
			return render(viewUser(user, shown.value, state.value, options.value, bsky()), {
				menu: slots.default,
				"sign-in": () => form && h(form.Component, form.optionsOf(options.value, shown.value)),
			});
		};
	},
	{
		name: "BlueskyUser",
		props: {
			...serverProps,
			initial: null,
			labels: null,
			signIn: flagOr(Object),
			user: null,
			defaultServer: null,
			compact: flag,
			switcher: flag,
			navigate: null,
			className: null,
			classNames: null,
		} satisfies Record<keyof BlueskyUserProps, unknown>,
		emits: {
			/** Somebody has signed out. */
			signOut: () => true,
			/** The app acts as another account of the person's from now on. */
			switch: (_: { did: string }) => true,
			/** Somebody has signed in: on the page that follows. */
			success: (_: { did: string; isNewUser: boolean }) => true,
			/** An account was connected, or connected again: on the page that follows. */
			connect: (_: { did: string }) => true,
		},
		slots: Object as SlotsType<{
			/** More in the menu, above "Sign out": links and buttons become its rows. */
			default?: () => VNode[];
		}>,
	},
);
