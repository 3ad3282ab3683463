import type { BskyAccount } from "../core.ts";
import { glyph } from "../glyphs.ts";
import { opener } from "../opener.ts";
import { thisPage } from "../page.ts";
import { type NeutralProps, part } from "../props.ts";
import { el, keyed, person, type View, words } from "../view.ts";
import { addText } from "./form-options.ts";
import { menuTextsOf, sentenceOf } from "./menu-texts.ts";
import { signInOf } from "./user.ts";
import type { Chip, MenuRows } from "./user-types.ts";
import { viewWho } from "./view.ts";

/** What whoever is signed in can do. */
export const menuRows: MenuRows = {
	above(chip) {
		const { user, shown, state, options, texts } = chip;
		const { reconnect } = menuTextsOf(options.labels);
		const isEnded = shown.data?.did && !shown.data.active;
		const isUnsure = shown.error && !state.isOutFailed;
		return el(
			"div",
			part("menu-rows"),
			header(chip),
			isEnded ? row({ ...part("reconnect"), onClick: user.reconnect }, chip, reconnect) : null,
			isUnsure ? row({ ...part("retry"), onClick: user.retry }, chip, texts.retry) : null,
			switcher(chip),
			add(chip),
		);
	},
	signOut({ state, options, texts }) {
		const isGoing = state.busy === "sign-out";
		const text = isGoing ? menuTextsOf(options.labels).signingOut : texts.signOut;
		return [glyph("leave"), words(text)];
	},
	below({ state, shown, options }) {
		const failed = shown.error && sentenceOf(menuTextsOf(options.labels), shown.error.code);
		const error = state.error ?? failed;
		return el("p", { ...part("error", error ? "shown" : "empty"), role: "alert" }, error);
	},
};

/** Who is signed in, unless that is said among their accounts. */
const header = (chip: Chip): View =>
	choicesOf(chip) ? null : el("div", part("menu-header"), ...viewWho(chip.who, chip.texts));

/** Something to do: a picture and words. */
const row = (props: NeutralProps["button"], { state }: Chip, text: string): View =>
	el(
		"button",
		{ ...props, type: "button", "aria-disabled": state.busy ? "true" : undefined },
		glyph("again"),
		text,
	);

/** All of the person's accounts, where there is a choice. */
const choicesOf = ({ state: { accounts }, options, who }: Chip) =>
	options.switcher !== false && who?.did && accounts && accounts.length > 1 ? accounts : null;

function switcher(chip: Chip): View {
	const accounts = choicesOf(chip);
	if (!accounts) return null;
	return el(
		"ul",
		{ ...part("switcher"), "aria-label": menuTextsOf(chip.options.labels).switchAccount },
		accounts.map((account) => keyed(account.did, el("li", {}, choice(chip, account)))),
	);
}

function choice({ user, state, shown }: Chip, { handle, ...account }: BskyAccount): View {
	const { did } = account;
	const isCurrent = did === shown.data?.did;
	return el(
		"button",
		{
			...part("switch", state.busy === did ? "busy" : isCurrent ? "current" : "other"),
			type: "button",
			"aria-current": isCurrent ? "true" : undefined,
			"aria-disabled": state.busy ? "true" : undefined,
			onClick: () => user.switchTo(did),
		},
		...person({ ...account, handle: handle ?? did }),
		isCurrent ? glyph("check") : null,
	);
}

/** "Connect Bluesky", or "Add another account". */
function add({ user, state, shown, options, status }: Chip): View {
	const isOffered =
		status === "signed-in" ? options.switcher !== false : status === "not-connected";
	if (!isOffered) return null;
	if (state.form) return { slot: "sign-in" };
	const here = thisPage();
	return opener(
		addText(shown.data, options.labels),
		{ ...signInOf(options), link: true, callbackURL: here, errorCallbackURL: here },
		{ isBusy: state.busy === "form", onPress: user.openForm },
	);
}
