type Method = (...args: unknown[]) => unknown;

/** Puts a function around an object's method, and gives back how to take it away. */
export function wrap(
	target: object,
	name: string,
	around: (original: Method, ...args: unknown[]) => unknown,
): () => void {
	const original: Method = Reflect.get(target, name).bind(target);
	return put(target, name, (...args: unknown[]) => around(original, ...args));
}

/** Puts a value into a field of an object, and gives back how to put the one before back. */
export function put(target: object, name: string, value: unknown): () => void {
	const before = Object.getOwnPropertyDescriptor(target, name);
	Reflect.set(target, name, value);
	return () => {
		if (before) Object.defineProperty(target, name, before);
		else Reflect.deleteProperty(target, name);
	};
}
