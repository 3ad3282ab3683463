import { type ButtonHTMLAttributes, Comment, cloneVNode, h, type Slot, type VNode } from "vue";

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
export interface Own extends AsChild {
	slot?: Slot | undefined;
}

/** A button with the slot's content or else ours, or with `asChild` the app's own button. */
export function button(
	props: ButtonHTMLAttributes,
	{ asChild, slot }: Own,
	content: () => (VNode | string)[],
): VNode {
	const attributes = { ...props };
	// A `v-if` leaves a comment where there is nothing.
	const own = slot?.().filter(({ type }) => type !== Comment) ?? [];
	if (!asChild) return h("button", attributes, own.length > 0 ? own : content());
	const [child, ...more] = own;
	if (!child || more.length > 0) throw new TypeError("as-child needs one element.");
	return cloneVNode(child, attributes);
}
