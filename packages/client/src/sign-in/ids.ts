import { isElement } from "../events.ts";
import type { Form } from "./types.ts";

/** Ids of the elements of a form. They don't depend on chance, so a server renders the same. */
export const idsOf = (id: string) => ({
	title: `${id}-title`,
	input: `${id}-input`,
	list: `${id}-list`,
	option: (index: number) => `${id}-option-${index}`,
	note: `${id}-note`,
	dialog: `${id}-dialog`,
});

/** Where an element's ids are: its page, or its shadow root. */
const scopeOf = (element: Element | null) => {
	const root = element?.getRootNode();
	return root && "getElementById" in root ? (root as ShadowRoot) : globalThis.document;
};

/** An element by its id, beside another one. */
export const elementById = (id: string, beside: Element | null = null): HTMLElement | null =>
	scopeOf(beside)?.getElementById(id) ?? null;

/** The form's field, where there is one. */
export function fieldOf({
	find,
	options,
}: Pick<Form, "find" | "options">): HTMLInputElement | null {
	const found = find(idsOf(options.id).input);
	return has<HTMLInputElement>(found, "value") ? found : null;
}

/** Puts the focus on what a framework may show only after this. */
export const focusSoon = (find: () => HTMLElement | null | undefined): void =>
	void setTimeout(() => find()?.focus());

/** The dialog around the form, where there is one. */
export function dialogOf(id: string, beside: unknown): HTMLDialogElement | null {
	const found = elementById(idsOf(id).dialog, isElement(beside) ? beside : null);
	return has<HTMLDialogElement>(found, "showModal") ? found : null;
}

// Told by what it can do, as in events.ts.
const has = <Kind extends HTMLElement>(
	element: HTMLElement | null,
	what: keyof Kind,
): element is Kind => what in Object(element);
