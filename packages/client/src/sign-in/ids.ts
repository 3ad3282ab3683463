/** Ids of the elements of a form. They don't depend on chance, so a server renders the same. */
export const idsOf = (id: string) => ({
	input: `${id}-input`,
	list: `${id}-list`,
	option: (index: number) => `${id}-option-${index}`,
	error: `${id}-error`,
	person: `${id}-person`,
});

/** The form's field, where there is one. */
export const fieldOf = ({ id }: { id: string }) =>
	elementById(idsOf(id).input) as HTMLInputElement | null;

export const elementById = (id: string): HTMLElement | null =>
	globalThis.document?.getElementById(id) ?? null;
