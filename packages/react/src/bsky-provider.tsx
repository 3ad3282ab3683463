"use client";

import { type BskyContext, mountContext, within } from "@better-auth-bsky/client/context";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { Context, useBsky } from "./context.ts";

/** Props of {@link BskyProvider}. */
export interface BskyProviderProps extends BskyContext {
	/** The components that it is said to. */
	children?: ReactNode | undefined;
}

/** What an app says once for all components. Inside another one it adds to what that says. */
export function BskyProvider(props: BskyProviderProps) {
	const { authClient, baseURL, labels, session, theme, user, children } = props;
	const { appName, defaultServer, signUp, onConnect, onSuccess } = props;
	const around = useBsky();
	// A new object renders everybody who reads it again, whatever is in it.
	const context = useMemo(() => {
		const own: { [Name in keyof Required<BskyContext>]: BskyContext[Name] } = {
			authClient,
			baseURL,
			labels,
			session,
			appName,
			defaultServer,
			signUp,
			theme,
			user,
			onConnect,
			onSuccess,
		};
		return within(around, own);
	}, [
		around,
		authClient,
		baseURL,
		labels,
		session,
		theme,
		user,
		appName,
		defaultServer,
		signUp,
		onConnect,
		onSuccess,
	]);
	const latest = useRef(context);
	useEffect(() => {
		latest.current = context;
	});
	useEffect(() => mountContext(() => latest.current), []);
	return <Context.Provider value={context}>{children}</Context.Provider>;
}
