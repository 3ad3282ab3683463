/** Gives the focus a place in a component where what had it is gone: it is never the page's. */
export function keepFocus(root: HTMLElement | null): void {
	if (!root) return;
	const { activeElement, body } = root.ownerDocument;
	if (activeElement && activeElement !== body) return;
	(root.querySelector<HTMLElement>("summary, button") ?? root).focus();
}
