import { isList, type Slot, type View, type ViewElement } from "@better-auth-bsky/client/view";

/** What stands in a view's slots, as HTML. */
export type HtmlSlots = { [Name in Slot]?: string | undefined };

const VOID = /^(img|input)$/;
const ESCAPES: Record<string, string> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one);

/** Attributes as HTML has them, each with a space before; what no text can say is left out. */
export const attributes = (props: object): string =>
	Object.entries(props)
		.map(([name, value]) => {
			if (value === undefined || value === null || value === false) return "";
			if (typeof value === "function") return "";
			return value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`;
		})
		.join("");

/** A view as HTML, which the renderer takes over as it is. */
export function toHtml(view: View, slots: HtmlSlots = {}): string {
	if (view === null) return "";
	if (typeof view === "string") return escaped(view);
	if (isList(view)) return view.map((one) => toHtml(one, slots)).join("");
	if (!("tag" in view)) {
		return slots[view.slot] ?? view.children?.map((child) => toHtml(child, slots)).join("") ?? "";
	}
	const { tag, props, children, slot } = view;
	const given = slot && slots[slot];
	const own = given && ownOf(view, given);
	if (own) return own;
	const start = `<${tag}${attributes(props)}>`;
	if (VOID.test(tag)) return start;
	const content = given ?? children.map((child) => toHtml(child, slots)).join("");
	return `${start}${content}</${tag}>`;
}

/** The app's own element in place of ours, with our attributes. */
function ownOf({ tag, props }: ViewElement, given: string): string | undefined {
	const start = new RegExp(`^\\s*<${tag}(?=[\\s>])`).exec(given)?.[0];
	if (!start) return undefined;
	// It has the app's own looks.
	const { class: _, "data-bsky": __, ...ours } = props as Record<string, unknown>;
	// Of two attributes with one name, browsers take the first.
	return start + attributes(ours) + given.slice(start.length);
}
