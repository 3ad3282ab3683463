import type { PartialLabels } from "../labels/types.ts";
import type { BskySessionOptions } from "./types.ts";

/** Options of a framework's `BlueskyUser`; `SignIn` are those of its `BlueskySignIn`. */
export interface BlueskyUserOptions<SignIn extends object> extends BskySessionOptions {
	/** A language pack, or single texts. */
	labels?: PartialLabels | undefined;
	/** What to show when nobody is signed in: `true`, or props of a `BlueskySignIn`, as a dialog. */
	signIn?: boolean | SignIn | undefined;
}

/** The options of the `BlueskySignIn` that is shown then: its own over those of the person. */
export const signInOf = <SignIn extends object>({
	signIn,
	initial,
	...shared
}: BlueskyUserOptions<SignIn>) => ({
	as: "dialog" as const,
	...shared,
	...(typeof signIn === "object" ? signIn : undefined),
});
