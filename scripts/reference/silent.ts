import type { Reference } from "./data.ts";

/**
 * What is public and has no docstring: whoever points at it in an editor learns nothing. By name:
 * `core.options.privateKey`.
 */
export function silent({ sizes, ...data }: Reference): string[] {
	return silentIn(data, []);
}

/** Whatever has a `text`, or says `why`, must have one, wherever it is. */
export function silentIn(value: unknown, path: readonly string[]): string[] {
	if (typeof value !== "object" || value === null) return [];
	const isSilent = ("text" in value && value.text === "") || ("why" in value && value.why === "");
	const found = isSilent ? [path.join(".")] : [];
	for (const [key, each] of Object.entries(value)) {
		const name = Array.isArray(value) ? nameOf(each, key) : key;
		found.push(...silentIn(each, [...path, name]));
	}
	return found;
}

const nameOf = (each: unknown, index: string): string =>
	typeof each === "object" && each !== null && "name" in each ? String(each.name) : index;
