import type { Part } from "../parts.ts";

/** Finds the element that gets the focus, in the one around everything. */
export type FindElement = (root: Element) => Element | null | undefined;

const selectorOf = (name: Part) => `[data-part="${name}"]`;

/** The first element with this name. */
export const firstPart =
	(name: Part): FindElement =>
	(root) =>
		root.querySelector(selectorOf(name));

/** A row's element of that name, or its first button; without such a row, what adds an account. */
export const inRow =
	(index: number, name?: Part): FindElement =>
	(root) => {
		const row = root.querySelectorAll(selectorOf("connected-account"))[index];
		const named = name && row?.querySelector(selectorOf(name));
		return (
			named ?? row?.querySelector("button") ?? root.querySelector(`${selectorOf("add")} button`)
		);
	};

/**
 * Whoever presses a button that goes away by it stands nowhere, and a screen reader begins the page
 * again. Call it before the change; once it is rendered, the focus is where `find` says, unless it has
 * gone elsewhere meanwhile.
 */
export function keepFocus(root: Element | null, find: FindElement): void {
	if (!root || !isIn(root, focused(root))) return;
	requestAnimationFrame(() => {
		const now = focused(root);
		if (!root.isConnected || (now && !isNowhere(now) && !isIn(root, now))) return;
		const element = find(root) ?? root;
		if (element === root) root.setAttribute("tabindex", "-1");
		(element as HTMLElement).focus();
	});
}

const focused = (root: Element) => (root.getRootNode() as Document | ShadowRoot).activeElement;

const isIn = (root: Element, element: Element | null) => element !== null && root.contains(element);

const isNowhere = (element: Element) => element === element.ownerDocument.body;
