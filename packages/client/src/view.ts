import { avatarProps, faceProps, handleProps, nameProps } from "./avatar.ts";
import { BLUESKY_ICON, iconProps } from "./icon.ts";
import type { Part } from "./parts.ts";
import { atHandle, initialsOf, type Person, splitHandle } from "./person.ts";
import { type NeutralProps, type Props, part } from "./props.ts";

/** The elements that there are, and the kind of props each takes. */
interface Tags {
	a: "a";
	details: "details";
	dialog: "dialog";
	div: "element";
	form: "form";
	h2: "element";
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
	/** What stands there where the app puts nothing. */
	children?: readonly View[];
}

/** The places where something of the app's may stand. */
export type Slot =
	| "add"
	| "button"
	| "children"
	| "fallback"
	| "footer"
	| "menu"
	| "sign-in"
	| "title";

/**
 * What a component looks like, as a tree. It is said once, here; a framework makes its own elements
 * of it, by a function that fits on a screen. `null` is nothing, and keeps its place among siblings,
 * and so does a list, however many are in it: what is in one has a key.
 */
export type View = ViewElement | ViewSlot | string | null | readonly ViewElement[];

/** Whether it is one of those lists. */
export const isList = (view: View): view is readonly ViewElement[] => Array.isArray(view);

/** An element of a view. */
export const el = <Tag extends keyof Tags>(
	tag: Tag,
	props: NeutralProps[Tags[Tag]],
	...children: readonly View[]
): ViewElement => ({ tag, props, children });

/**
 * A text beside what comes and goes: where a browser translates the page, other elements stand in the
 * place of bare texts, and no framework finds anything by those.
 */
export const words = (text: string): ViewElement => el("span", {}, text);

/** One of several alike. */
export const keyed = (key: string | undefined, element: ViewElement): ViewElement => ({
	...element,
	key,
});

/** An element that an app may fill, or replace. */
export const slotted = (slot: Slot, element: ViewElement): ViewElement => ({ ...element, slot });

/** The butterfly. */
export const icon = (): View =>
	el(
		"svg",
		{ ...iconProps(), viewBox: BLUESKY_ICON.viewBox },
		el("path", { d: BLUESKY_ICON.path }),
	);

/** Somebody's picture over their initials, which are seen until it is there, or where it isn't. */
export function face(who: Person): View {
	const { src, ...picture } = avatarProps(who);
	return el("span", faceProps(who), initialsOf(who), src ? el("img", { ...picture, src }) : null);
}

/** Whoever is shown: face, name and handle; the handle alone where there is no name. */
export const person = (who: Person): View[] => [
	face(who),
	who.displayName ? el("span", nameProps(), who.displayName) : null,
	handle(who.handle, who.displayName ? handleProps() : { ...nameProps(), dir: "ltr" }),
];

/** As long a handle as has room in most places. */
const SHORT = 28;

/**
 * A handle whose domain is always seen. A long one is in two parts, of which the first is shortened;
 * whoever listens gets it in one.
 */
function handle(text: string, props: NeutralProps["element"]): View {
	const whole = atHandle(text);
	const [start, end] = splitHandle(whole);
	if (whole.length <= SHORT || !start) return el("span", props, whole);
	return el(
		"span",
		props,
		el("span", part("handle-whole"), whole),
		el("span", { ...part("handle-start"), "aria-hidden": "true" }, start),
		el("span", { ...part("handle-end"), "aria-hidden": "true" }, end),
	);
}

/** What an app says about the looks of a component. */
export interface Looks {
	/** A class for the root. */
	className?: string | undefined;
	/** Classes by part: `{ submit: "btn btn-primary", input: "input" }`. */
	classNames?: { [Name in Part]?: string | undefined } | undefined;
}

/** A view with the app's classes. */
export function dress(view: View, { className, classNames = {} }: Looks): View {
	if (!className && Object.keys(classNames).length === 0) return view;
	const walk = (node: View): View => {
		if (isList(node)) return node.map((one) => walk(one) as ViewElement);
		if (node === null || typeof node === "string") return node;
		if (!("tag" in node)) return { ...node, children: node.children?.map(walk) ?? [] };
		const names = [node === view && className, classNames[node.props["data-part"] as Part]];
		return {
			...node,
			props: { ...node.props, class: names.filter(Boolean).join(" ") || undefined },
			children: node.children.map(walk),
		};
	};
	return walk(view);
}
