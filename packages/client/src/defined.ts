/**
 * What is said at all: frameworks have `undefined` for an option that is left out, and an app's own
 * translation has it for a text that it lacks.
 */
export const defined = <T extends object>(options: T | undefined): T =>
	Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as T;
