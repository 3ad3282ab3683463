"use client";

import {
	connect,
	connectDialog,
	createSignIn,
	type SignIn,
	type SignInOptions,
} from "@better-auth-bsky/client/sign-in";
import { useEffect, useId, useRef, useState } from "react";
import { normalize } from "./normalize.ts";
import { useOptions } from "./provider.tsx";
import { useStore } from "./use-store.ts";

export interface UseBskySignInOptions extends Omit<SignInOptions, "handle"> {
	/** What is in the field, where your state decides; `onValueChange` says what it should become. */
	value?: string;
	/** What is in the field at first. */
	defaultValue?: string;
	onValueChange?: (value: string) => void;
}

/**
 * The sign-in form without its looks: its state, and a getter of props for each element of your own
 * markup. `signIn` does what no element does: `signIn.submit("alice.bsky.social")`.
 */
export function useBskySignIn(own: UseBskySignInOptions = {}) {
	const { value, defaultValue, onValueChange, ...rest } = useOptions(own);
	const id = useId();
	const options: SignInOptions = { id, ...rest, handle: value ?? defaultValue };
	const [signIn] = useState(() => createSignIn(options));
	const [initial] = useState(() => signIn.$state.get());
	signIn.setOptions(options);
	const state = useStore(signIn.$state, initial);
	useEffect(() => signIn.mount(), [signIn]);
	useControl(signIn, state.value, value, onValueChange);
	return {
		...connect(signIn, state, normalize),
		...connectDialog(signIn, state, normalize),
		/** What is in the field. */
		value: state.value,
		state,
		signIn,
	};
}

export type UseBskySignIn = ReturnType<typeof useBskySignIn>;

/** Tells the app what is typed, and puts into the field what the app makes of it. */
function useControl(
	signIn: SignIn,
	shown: string,
	value?: string,
	onValueChange?: (value: string) => void,
): void {
	const latest = useRef({ value, onValueChange });
	useEffect(() => {
		latest.current = { value, onValueChange };
		if (value !== undefined && value !== shown) signIn.input(value);
	}, [signIn, shown, value, onValueChange]);
	useEffect(
		() =>
			signIn.$state.listen((state, before) => {
				const { value, onValueChange } = latest.current;
				if (state.value !== before?.value && state.value !== value) onValueChange?.(state.value);
			}),
		[signIn],
	);
}
