/** Ids of the elements of a form. They don't depend on chance, so a server renders the same. */
export const idsOf = (id: string) => ({
	input: `${id}-input`,
	list: `${id}-list`,
	option: (index: number) => `${id}-option-${index}`,
	error: `${id}-error`,
	person: `${id}-person`,
	dialog: `${id}-dialog`,
});

/** The form's field, where there is one. */
export function fieldOf({ id }: { id: string }): HTMLInputElement | null {
	const found = elementById(idsOf(id).input);
	return has<HTMLInputElement>(found, "value") ? found : null;
}

/** The dialog around the form, where there is one. */
export function dialogOf({ id }: { id: string }): HTMLDialogElement | null {
	const found = elementById(idsOf(id).dialog);
	return has<HTMLDialogElement>(found, "showModal") ? found : null;
}

export const elementById = (id: string): HTMLElement | null =>
	globalThis.document?.getElementById(id) ?? null;

// Told by what it can do, as in events.ts.
const has = <Kind extends HTMLElement>(
	element: HTMLElement | null,
	what: keyof Kind,
): element is Kind => what in Object(element);
