import { isList, type Slot, type View } from "@better-auth-bsky/client/view";
import {
	type ButtonHTMLAttributes,
	Children,
	cloneElement,
	createElement,
	Fragment,
	isValidElement,
	type ReactNode,
} from "react";
import { rename } from "./normalize.ts";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement>;

/** Props of a component's main button: its content, or with `asChild` the button itself. */
export interface SlotProps {
	/**
	 * Makes the only child the button, in place of ours:
	 * `<BlueskySignIn asChild><Button>Go</Button></BlueskySignIn>`. It must pass its props on.
	 * @default false
	 */
	asChild?: boolean | undefined;
	/** What is in the button, or with `asChild` the button itself. @default its text and icon */
	children?: ReactNode | undefined;
}

/** What stands in a view's slots; of the `button` it is about its content, or all of it. */
export type Slots = { [Name in Exclude<Slot, "button">]?: ReactNode } & { button?: SlotProps };

/** A view as React's elements. */
export function render(view: View, slots: Slots = {}): ReactNode {
	if (view === null || typeof view === "string") return view;
	if (isList(view)) return view.map((one) => render(one, slots));
	if (!("tag" in view)) {
		const own = slots[view.slot as Exclude<Slot, "button">];
		const children = view.children?.map((child) => render(child, slots)) ?? [];
		return own ?? createElement(Fragment, null, ...children);
	}
	const { tag, key, slot } = view;
	const props = rename(view.props);
	const children = view.children.map((child) => render(child, slots));
	if (slot !== "button") return createElement(tag, { key, ...props }, ...children);
	const { asChild, children: own } = slots.button ?? {};
	return (
		<Button key={key} {...props} asChild={asChild}>
			{own ?? createElement(Fragment, null, ...children)}
		</Button>
	);
}

/** A button, or the app's own one with the same props. */
function Button({ asChild, children, ...props }: SlotProps & ButtonProps) {
	if (!asChild) return <button {...props}>{children}</button>;
	const child = Children.only(children);
	if (!isValidElement<ButtonProps>(child)) throw new TypeError("asChild needs one element.");
	return cloneElement(child, merge(props, child.props));
}

function merge(ours: ButtonProps, theirs: ButtonProps): ButtonProps {
	return {
		...ours,
		// The app's own element has the app's own looks.
		["data-bsky" as string]: undefined,
		...theirs,
		// Without these it would do something else.
		type: ours.type,
		name: ours.name,
		value: ours.value,
		onClick(event) {
			theirs.onClick?.(event);
			if (!event.defaultPrevented) ours.onClick?.(event);
		},
	};
}
