import { isList, type Slot, type View } from "@better-auth-bsky/client/view";
import {
	type ButtonHTMLAttributes,
	Comment,
	cloneVNode,
	h,
	type VNode,
	type VNodeArrayChildren,
	type VNodeChild,
	type Slot as VueSlot,
} from "vue";
import { rename } from "./normalize.ts";

/** Of a component's main button. */
export interface AsChild {
	/**
	 * Makes the slot's one element the button, in place of ours. It must take what falls through.
	 * @default false
	 */
	asChild?: boolean | undefined;
}

/** Of a component's main button. */
export type ButtonSlots = {
	/** What is in the button, or with `as-child` the button itself. @default its text and icon */
	default?: (() => VNode[]) | undefined;
};

/** What the app gave for it. */
interface Own extends AsChild {
	slot?: VueSlot | undefined;
}

/** What stands in a view's slots. */
export type Slots = { [Name in Exclude<Slot, "button">]?: (() => VNodeChild) | undefined } & {
	button?: Own;
};

/** A view as Vue's elements. */
export function render(view: View, slots: Slots = {}): VNodeChild {
	if (view === null || typeof view === "string") return view;
	if (isList(view)) return view.map((one) => render(one, slots));
	if (!("tag" in view)) {
		const own = slots[view.slot as Exclude<Slot, "button">]?.();
		return own ?? view.children?.map((child) => render(child, slots)) ?? null;
	}
	const { tag, key, slot } = view;
	const props: Record<string, unknown> = { key, ...rename(view.props) };
	const [only, ...more] = view.children;
	// Bare, so that all that is there is replaced: a browser that translates the page has put it there.
	if (typeof only === "string" && more.length === 0 && !slot) return h(tag, props, only);
	const children: VNodeArrayChildren = view.children.map((child) => render(child, slots));
	if (slot === "button") return button(props, slots.button ?? {}, () => children);
	return h(tag, props, children);
}

/** A button with the slot's content or else ours, or with `asChild` the app's own button. */
function button(
	props: ButtonHTMLAttributes,
	{ asChild, slot }: Own,
	content: () => VNodeArrayChildren,
): VNode {
	const attributes = { ...props };
	// A `v-if` leaves a comment where there is nothing.
	const own = slot?.().filter(({ type }) => type !== Comment) ?? [];
	if (!asChild) return h("button", attributes, own.length > 0 ? own : content());
	const [child, ...more] = own;
	if (!child || more.length > 0) throw new TypeError("as-child needs one element.");
	const { onClick } = attributes;
	return cloneVNode(child, {
		...attributes,
		// The app's own element has the app's own looks.
		"data-bsky": undefined,
		// After its own handler, which may have something against it.
		onClick: (event: PointerEvent) => event.defaultPrevented || onClick?.(event),
	});
}
