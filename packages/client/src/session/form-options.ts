import type { PartialLabels } from "../labels/types.ts";
import { thisPage } from "../page.ts";
import { menuTextsOf } from "./menu-texts.ts";
import { shownOf } from "./shown.ts";
import { knownUser } from "./status.ts";
import type { BskySessionState } from "./types.ts";
import { type BlueskyUserOptions, type FormLike, signInOf } from "./user.ts";
import type { UserState } from "./user-types.ts";

type Data = BskySessionState["data"];

/** The options of the `BlueskySignIn` in a `BlueskyUser`: to sign in, or to connect an account. */
export function formOptions<SignIn extends FormLike>(
	options: BlueskyUserOptions<SignIn>,
	{ data }: { data: Data },
	state: UserState,
) {
	const own = signInOf(options);
	if (!data) return own;
	return {
		...own,
		as: "dialog" as const,
		link: true,
		callbackURL: thisPage(),
		intent: "connect" as const,
		signedInAs: shownOf(data, knownUser(state, options))?.name,
		openText: addText(data, options.labels),
	};
}

/** What the button says that connects an account. */
export const addText = (data: Data, labels: PartialLabels | undefined): string =>
	menuTextsOf(labels)[data?.did ? "addAccount" : "connect"];
