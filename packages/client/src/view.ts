import { BLUESKY_ICON } from "./icon.ts";
import { nameOf, type Person } from "./person.ts";
import type { NeutralProps, Props } from "./props.ts";

/** The elements that there are, and the kind of props each takes. */
interface Tags {
	details: "details";
	dialog: "dialog";
	div: "element";
	form: "form";
	img: "img";
	input: "input";
	label: "label";
	li: "li";
	p: "element";
	path: "path";
	span: "element";
	summary: "element";
	svg: "svg";
	ul: "ul";
	button: "button";
}

/** An element of a component, with neutral props. */
export interface ViewElement {
	tag: keyof Tags;
	props: Props;
	children: readonly View[];
	/** Tells it from its siblings, where those come and go. */
	key?: string | undefined;
	/** What an app may put in place of its content, or of the whole element. */
	slot?: Slot | undefined;
}

/** A place for what an app adds, or for another component. */
export interface ViewSlot {
	slot: Slot;
}

/** The places where something of the app's may stand. */
export type Slot = "button" | "menu" | "sign-in";

/**
 * What a component looks like, as a tree. It is said once, here; a framework makes its own elements
 * of it, by a function that fits on a screen. `null` is nothing, and keeps its place among siblings,
 * and so does a list, however many are in it: what is in one has a key.
 */
export type View = ViewElement | ViewSlot | string | null | readonly ViewElement[];

export const isList = (view: View): view is readonly ViewElement[] => Array.isArray(view);

/** An element of a view. */
export const el = <Tag extends keyof Tags>(
	tag: Tag,
	props: NeutralProps[Tags[Tag]],
	...children: readonly View[]
): ViewElement => ({ tag, props, children });

/** One of several alike. */
export const keyed = (key: string | undefined, element: ViewElement): ViewElement => ({
	...element,
	key,
});

/** An element that an app may fill, or replace. */
export const slotted = (slot: Slot, element: ViewElement): ViewElement => ({ ...element, slot });

/** The butterfly. */
export const icon = (api: { getIconProps(): NeutralProps["svg"] }): View =>
	el(
		"svg",
		{ ...api.getIconProps(), viewBox: BLUESKY_ICON.viewBox },
		el("path", { d: BLUESKY_ICON.path }),
	);

interface PersonApi {
	getAvatarProps(of: Person): NeutralProps["img"];
	getNameProps(): NeutralProps["element"];
	getHandleProps(): NeutralProps["element"];
}

/** The image, or an empty place for it: an `img` without `src` is drawn as a broken one. */
export function avatar({ src, ...props }: NeutralProps["img"]): View {
	if (src) return el("img", { ...props, src });
	return el("span", {
		"data-bsky": "",
		"data-part": props["data-part"],
		"data-state": props["data-state"],
	});
}

/** Avatar, name and handle. */
export const person = (api: PersonApi, who: Person): View[] => [
	avatar(api.getAvatarProps(who)),
	el("span", api.getNameProps(), nameOf(who)),
	el("span", api.getHandleProps(), who.handle),
];
