/** What is at the end of a path through something whose type says too little; else `undefined`. */
export const at = (value: unknown, ...path: string[]): unknown =>
	path.reduce<unknown>((each, key) => (isHolder(each) ? Reflect.get(each, key) : undefined), value);

// An endpoint is a function with properties.
const isHolder = (each: unknown): each is object =>
	(typeof each === "object" && each !== null) || typeof each === "function";

export const stringAt = (value: unknown, ...path: string[]): string | undefined => {
	const found = at(value, ...path);
	return typeof found === "string" ? found : undefined;
};
