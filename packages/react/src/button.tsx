import {
	type ButtonHTMLAttributes,
	Children,
	cloneElement,
	isValidElement,
	type ReactNode,
} from "react";

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

/** A button, or the app's own one with the same props. */
export function Button({ asChild, children, ...props }: SlotProps & ButtonProps) {
	if (!asChild) return <button {...props}>{children}</button>;
	const child = Children.only(children);
	if (!isValidElement<ButtonProps>(child)) throw new TypeError("asChild needs one element.");
	return cloneElement(child, merge(props, child.props));
}

function merge(ours: ButtonProps, theirs: ButtonProps): ButtonProps {
	return {
		...ours,
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
