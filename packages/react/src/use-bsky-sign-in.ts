"use client";

import {
	connect,
	connectDialog,
	createSignIn,
	type FieldOptions,
	keepValue,
	mountField,
	signInOptions,
} from "@better-auth-bsky/client/sign-in";
import { useEffect, useId, useRef, useState } from "react";
import { normalize } from "./normalize.ts";
import { useOptions } from "./provider.tsx";
import { useStore } from "./use-store.ts";

/** Options of the form; all of them are optional. */
export interface UseBskySignInOptions extends FieldOptions {}

/**
 * The sign-in form without its looks: its state, and a getter of props for each element of your own
 * markup. `signIn` does what no element does: `signIn.submit("alice.bsky.social")`.
 */
export function useBskySignIn(own: UseBskySignInOptions = {}) {
	const id = useId();
	const control = useOptions({ id, ...own });
	const options = signInOptions(control);
	const [signIn] = useState(() => createSignIn(options));
	const [initial] = useState(() => signIn.$state.get());
	signIn.setOptions(options);
	const state = useStore(signIn.$state, initial);
	const latest = useRef(control);
	useEffect(() => mountField(signIn, () => latest.current), [signIn]);
	useEffect(() => {
		latest.current = control;
		keepValue(signIn, control);
	});
	return {
		...connect(signIn, state, normalize),
		...connectDialog(signIn, state, normalize),
		/** What is in the field. */
		value: state.value,
		/** All of the form's state. */
		state,
		/** What can be done to the form. */
		signIn,
	};
}

/** What {@link useBskySignIn} gives. */
export type UseBskySignIn = ReturnType<typeof useBskySignIn>;
