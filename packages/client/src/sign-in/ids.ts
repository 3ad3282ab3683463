/** Ids of the elements of a form. They don't depend on chance, so a server renders the same. */
export const idsOf = (id: string) => ({
	input: `${id}-input`,
	list: `${id}-list`,
	option: (index: number) => `${id}-option-${index}`,
	error: `${id}-error`,
	person: `${id}-person`,
});
