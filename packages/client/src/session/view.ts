import { handleProps, nameProps } from "../avatar.ts";
import { type BskyContext, themeOf } from "../context.ts";
import { opener } from "../opener.ts";
import { part } from "../props.ts";
import { dress, el, face, person, type View, words } from "../view.ts";
import { rootProps } from "./root-props.ts";
import { type Shown, shownOf } from "./shown.ts";
import { knownUser, statusOf } from "./status.ts";
import { type UserTexts, userTextsOf } from "./texts.ts";
import type { BskySessionState } from "./types.ts";
import { type BlueskyUserOptions, signInOf } from "./user.ts";
import type { Chip, UserController, UserState } from "./user-types.ts";

/** What `BlueskyUser` looks like in a state. */
export function viewUser(
	user: UserController,
	shown: BskySessionState,
	state: UserState,
	options: BlueskyUserOptions<object>,
	context: BskyContext,
): View {
	const known = knownUser(state, options);
	const status = statusOf({ ...shown, user: known });
	const isOut = status === "signed-out";
	if (isOut && !options.signIn && !state.hasLeft && state.busy !== "sign-out") return null;
	const texts = userTextsOf(options.labels);
	const who = isOut ? null : shownOf(shown.data, known);
	const isSomebody = who !== null || status === "not-connected";
	const chip: Chip = { user, state, shown, options, status, texts, who };
	return dress(
		el(
			"div",
			{
				...rootProps(status, texts),
				...themeOf(context),
				"data-as": options.compact ? "compact" : undefined,
				ref: user.setRoot,
			},
			status === "pending" ? skeleton() : null,
			isOut && options.signIn ? wayIn(chip) : null,
			status === "unknown" && !isSomebody ? unknown(chip) : null,
			isSomebody ? menu(chip) : null,
			el("p", { ...part("status"), role: "status" }, state.said),
		),
		options,
	);
}

/** The room that somebody will take. */
const skeleton = (): View =>
	el(
		"div",
		{ ...part("menu-button", "pending"), "aria-hidden": "true" },
		el("span", part("face", "empty")),
		el("span", part("name", "pending")),
		el("span", { ...part("handle", "pending"), dir: "ltr" }),
	);

/** Nothing could be found out: what there is to be done about it. */
const unknown = ({ user, state: { busy }, texts }: Chip): View =>
	el(
		"div",
		part("menu-button", "unknown"),
		el("span", { ...part("face", "empty"), "aria-hidden": "true" }),
		el("span", nameProps(), texts.unknown),
		el(
			"button",
			{
				...part("retry"),
				type: "button",
				"aria-disabled": busy ? "true" : undefined,
				onClick: user.retry,
			},
			busy ? texts.loading : texts.retry,
		),
	);

function wayIn({ user, state, options }: Chip): View {
	if (state.form) return { slot: "sign-in" };
	const signIn = signInOf(options);
	const texts = userTextsOf(signIn.labels);
	return opener(signIn.as === "button" ? texts.continueWithBluesky : texts.signIn, signIn, {
		isBusy: state.busy === "form",
		onPress: user.openForm,
	});
}

/** Whoever is signed in. What they can do comes once they are about to; what the app adds is there. */
function menu(chip: Chip): View {
	const { user, state, shown, options, texts, who } = chip;
	const { rows } = state;
	const isEnded = shown.data?.did && !shown.data.active;
	return el(
		"details",
		{ ...part("menu"), onPointerEnter: user.prepare, onToggle: user.open },
		el(
			"summary",
			part("menu-button"),
			...(options.compact ? viewFace(who, texts) : viewWho(who, texts)),
			isEnded ? el("span", part("chip", "ended"), texts.ended) : null,
		),
		el(
			"div",
			{ ...part("menu-items"), tabindex: -1, "data-side": state.side },
			rows?.above(chip) ?? null,
			{ slot: "menu" },
			el(
				"button",
				{
					...part("sign-out"),
					type: "button",
					"aria-disabled": state.busy ? "true" : undefined,
					onClick: user.signOut,
				},
				...(rows ? rows.signOut(chip) : [null, words(texts.signOut)]),
			),
			rows?.below(chip) ?? null,
		),
	);
}

/** A face that is seen, and a name that is read aloud. */
const viewFace = (who: Shown | null, { menu }: UserTexts): View[] => [
	face(who ?? { handle: "" }),
	el("span", nameProps(), who?.name ? `${menu}: ${who.name}` : menu),
];

/** Face and name, and below it the handle, or the address of who has none. */
export function viewWho(who: Shown | null, texts: UserTexts): View[] {
	if (who?.did) return person(who);
	return [
		face(who ?? { handle: "" }),
		el("span", nameProps(), who?.name || texts.menu),
		who?.email && who.displayName ? el("span", handleProps(), who.email) : null,
	];
}
