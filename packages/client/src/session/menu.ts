import { isElement, type TargetEvent } from "../events.ts";
import { type ElementProps, type NeutralProps, type Normalize, neutral, part } from "../props.ts";

const isDetails = (target: unknown): target is HTMLDetailsElement =>
	isElement(target) && "open" in target;

const close = ({ currentTarget: details }: TargetEvent, refocus = false) => {
	if (!isDetails(details) || !details.open) return;
	details.open = false;
	if (refocus) details.querySelector("summary")?.focus();
};

/**
 * The props of a menu behind the signed-in person: a `details`, which opens without a script. It
 * closes on Escape and when the focus goes elsewhere.
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
					onClick(event) {
						if (isElement(event.target) && event.target.closest("a")) close(event);
					},
					onKeyDown(event) {
						if (event.key === "Escape") close(event, true);
					},
					onFocusOut(event) {
						const { currentTarget: menu, relatedTarget: next } = event;
						if (!(isElement(menu) && isElement(next) && menu.contains(next))) close(event);
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
