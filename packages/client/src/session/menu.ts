import { isElement } from "../events.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";

const isDetails = (target: unknown): target is HTMLDetailsElement =>
	isElement(target) && "open" in target;

const isOpen = (details: unknown): details is HTMLDetailsElement =>
	isDetails(details) && details.open;

const close = (details: unknown, refocus = false) => {
	if (!isOpen(details)) return;
	details.open = false;
	if (refocus) details.querySelector("summary")?.focus();
};

/** What is done in a dialog that a menu has opened is no business of the menu's. */
const isInDialog = (target: unknown, menu: unknown): boolean => {
	const dialog = isElement(target) ? target.closest("dialog") : null;
	return isElement(menu) && menu.contains(dialog);
};

/**
 * The props of a menu behind the signed-in person: a `details`, which opens without a script. It
 * closes on Escape and when the focus goes elsewhere; {@link followMenu} is for a press elsewhere.
 */
export function connectMenu<T extends ElementProps = NeutralProps>(
	normalize: Normalize<T> = neutral,
) {
	return {
		/** A `details`. Following a link in it closes it: where pages change by script, it would stay. */
		getMenuProps: () =>
			normalize(
				{
					...part("menu"),
					onClick({ target, currentTarget: menu }) {
						if (isElement(target) && target.closest("a") && !isInDialog(target, menu)) close(menu);
					},
					onKeyDown(event) {
						const { key, target, currentTarget: menu } = event;
						if (key !== "Escape" || isInDialog(target, menu) || !isOpen(menu)) return;
						// A dialog around it closes with the next one.
						event.preventDefault();
						close(menu, true);
					},
					onFocusOut({ currentTarget: menu, relatedTarget: next }) {
						// Nowhere is where the focus is when the window has lost it.
						if (isElement(menu) && isElement(next) && !menu.contains(next)) close(menu);
					},
				},
				"details",
			),
		/** A `summary`, with avatar, name and handle in it. */
		getMenuButtonProps: () => normalize(part("menu-button"), "element"),
		/** A `div` around what the app adds, and the sign-out button. A click inside keeps it open. */
		getMenuItemsProps: () => normalize({ ...part("menu-items"), tabindex: -1 }, "element"),
	};
}

/** Closes a menu by the same, and on a press elsewhere: not every browser moves the focus on one. */
export function followMenu(menu: HTMLElement, signal: AbortSignal): void {
	const { onClick, onKeyDown, onFocusOut } = connectMenu().getMenuProps();
	menu.addEventListener("click", (event) => onClick?.(event as never), { signal });
	menu.addEventListener("keydown", (event) => onKeyDown?.(event as never), { signal });
	menu.addEventListener("focusout", (event) => onFocusOut?.(event as never), { signal });
	document.addEventListener(
		"pointerdown",
		(event) => {
			if (!event.composedPath().includes(menu)) close(menu);
		},
		{ signal },
	);
}
