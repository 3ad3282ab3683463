/** A sentence with its `{gaps}` filled; one that nothing is known for stays as it is. */
export const filled = (sentence: string, seen: Record<string, string | null | undefined>): string =>
	sentence.replace(/\{(\w+)\}/g, (gap, name) => seen[name] ?? gap);
