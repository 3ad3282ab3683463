"use client";

import {
	connectDialog,
	connectSignIn,
	createSignIn,
	type FieldOptions,
	keepValue,
	mountField,
	signInOptions,
	withOptions,
} from "@better-auth-bsky/client/sign-in";
import { useEffect, useId, useRef, useState } from "react";
import { useOptions } from "./context.ts";
import { normalize } from "./normalize.ts";
import { useStore } from "./use-store.ts";

/** Options of the form, by the name that an app imports; all of them are optional. */
export type UseBskySignInOptions = FieldOptions;

/** The form, with the options of this render and what it shows. */
export function useSignIn(own: FieldOptions) {
	const id = useId();
	const control = useOptions({ ...own, id: own.id ?? id });
	const options = signInOptions(control);
	const [signIn] = useState(() => createSignIn(options));
	const [initial] = useState(() => signIn.$state.get());
	const state = useStore(signIn.$state, initial);
	const latest = useRef(control);
	// First, so that the others find them. A render that React drops has no effects.
	useEffect(() => {
		latest.current = control;
		signIn.setOptions(options);
	});
	useEffect(() => mountField(signIn, () => latest.current), [signIn]);
	useEffect(() => keepValue(signIn, control));
	return { signIn, shown: withOptions(signIn, options), state };
}

/**
 * The sign-in form without its looks: `api` has a getter of props for each element of your own
 * markup, `signIn` does what no element does: `signIn.submit("alice.bsky.social")`. `value` is what is
 * in the field, and `signIn.input("alice")` changes it.
 */
export function useBskySignIn(own: UseBskySignInOptions = {}) {
	const { signIn, shown, state } = useSignIn(own);
	const api = {
		...connectSignIn(shown, state, normalize),
		...connectDialog(shown, state, normalize),
	};
	return {
		/** The texts, and the getters of props for each element. */
		api,
		/** All of the form's state. */
		state,
		/** What is in the field. */
		value: state.value,
		/** What can be done to the form. */
		signIn,
	};
}

/** What {@link useBskySignIn} gives. */
export type UseBskySignIn = ReturnType<typeof useBskySignIn>;
