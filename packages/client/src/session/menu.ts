import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";

interface MenuEvent {
	currentTarget: unknown;
}

const close = ({ currentTarget }: MenuEvent, refocus = false) => {
	const details = currentTarget as HTMLDetailsElement;
	if (!details.open) return;
	details.open = false;
	if (refocus) details.querySelector("summary")?.focus();
};

/**
 * The props of a menu behind the signed-in person: a `details`, which opens without a script. It
 * closes on Escape and when the focus goes elsewhere.
 */
export const connectMenu = <T extends ElementProps = NeutralProps>(
	normalize: Normalize<T> = neutral as Normalize<T>,
) => ({
	/** A `details`. Following a link in it closes it: where pages change by script, it would stay. */
	getMenuProps: () =>
		normalize(
			{
				...part("menu"),
				onClick: (event: MenuEvent & { target: unknown }) =>
					(event.target as Element).closest("a") && close(event),
				onKeyDown: (event: MenuEvent & { key: string }) =>
					event.key === "Escape" && close(event, true),
				onFocusOut: (event: MenuEvent & { relatedTarget: unknown }) => {
					const { currentTarget, relatedTarget } = event;
					if (!(currentTarget as Node).contains(relatedTarget as Node | null)) close(event);
				},
			},
			"element",
		),
	/** A `summary`, with avatar, name and handle in it. */
	getMenuButtonProps: () => normalize(part("menu-button"), "element"),
	/** A `div` around what the app adds, and the sign-out button. A click inside keeps it open. */
	getMenuItemsProps: () => normalize({ ...part("menu-items"), tabindex: -1 }, "element"),
});
