"use client";

import { userOptions } from "@better-auth-bsky/client/context";
import { type BlueskyUserOptions, createUser, viewUser } from "@better-auth-bsky/client/session";
import { type ReactNode, useEffect, useState } from "react";
import type { BlueskySignInProps } from "./bluesky-sign-in.tsx";
import { useBsky } from "./context.ts";
import { useSessionController } from "./use-bsky-session.ts";
import { useStore } from "./use-store.ts";
import { render } from "./view.tsx";

/** Props of {@link BlueskyUser}; it shares its session with all others. */
export interface BlueskyUserProps extends BlueskyUserOptions<BlueskySignInProps> {
	/** More in the menu, above "Sign out": links and buttons become its rows. */
	children?: ReactNode | undefined;
}

const load = () => import("./bluesky-sign-in.tsx").then(({ BlueskySignIn }) => BlueskySignIn);

/** Who is signed in, with a menu; with `signIn` the way in as well, when nobody is. */
export function BlueskyUser({ children, ...own }: BlueskyUserProps) {
	const context = useBsky();
	const options = userOptions(own, context);
	const { session, state: shown } = useSessionController(own);
	const [user] = useState(() => createUser(load));
	const [initial] = useState(() => user.$state.get());
	const state = useStore(user.$state, initial);
	useEffect(() => user.setOptions(options));
	useEffect(() => user.mount(session), [user, session]);
	const { form } = state;
	return render(viewUser(user, shown, state, options, context), {
		menu: children,
		"sign-in": form && <form.Component {...form.optionsOf(options, shown)} />,
	});
}
