import type { PartialLabels } from "../labels/types.ts";
import type { OpenerOptions } from "../opener.ts";
import type { BskyEvents } from "../tell.ts";
import type { Looks } from "../view.ts";
import type { AppUser } from "./status.ts";
import type { BskySessionOptions } from "./types.ts";

/** What is told of the options of a `BlueskySignIn`. */
export interface FormLike {
	as?: "form" | "dialog" | "button" | undefined;
	labels?: PartialLabels | undefined;
}

/** Options of a framework's `BlueskyUser`; `SignIn` are those of its `BlueskySignIn`. */
export interface BlueskyUserOptions<SignIn extends object = OpenerOptions & FormLike>
	extends BskySessionOptions,
		Looks {
	/** A language pack, or single texts. */
	labels?: PartialLabels | undefined;
	/**
	 * What to show when nobody is signed in: `true`, or props of a `BlueskySignIn`, as a dialog. It is
	 * a button; the form is loaded when that is pressed.
	 */
	signIn?: boolean | SignIn | undefined;
	/**
	 * better-auth's user that the server rendered the page with, for who is signed in without Bluesky.
	 * @default asked for where it is needed
	 */
	user?: AppUser | null | undefined;
	/** The server that asks people who they are. @default "https://bsky.social" */
	defaultServer?: string | undefined;
	/** The face alone, for narrow headers. The name is still read aloud. @default false */
	compact?: boolean | undefined;
	/** The person's other accounts in the menu, and "Add another account". @default true */
	switcher?: boolean | undefined;
	/** Goes to the person's server. @default location.assign */
	navigate?: ((url: string) => void) | undefined;
	/** Somebody has signed out. */
	onSignOut?: (() => void) | undefined;
	/** The app acts as another account of the person's from now on. */
	onSwitch?: ((detail: BskyEvents["switch"]) => void) | undefined;
	/** Somebody has signed in: on the page that follows. */
	onSuccess?: ((detail: BskyEvents["success"]) => void) | undefined;
	/** An account was connected, or connected again: on the page that follows. */
	onConnect?: ((detail: BskyEvents["connect"]) => void) | undefined;
}

/** The options of the `BlueskySignIn` that is shown then: its own over those of the person. */
export const signInOf = <SignIn extends FormLike>({
	authClient,
	baseURL,
	fetch,
	labels,
	navigate,
	defaultServer,
	signIn,
}: BlueskyUserOptions<SignIn>) => ({
	as: "dialog" as FormLike["as"],
	authClient,
	baseURL,
	fetch,
	labels,
	navigate,
	defaultServer,
	...(typeof signIn === "object" ? signIn : undefined),
});
