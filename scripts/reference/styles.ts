import { readFileSync } from "node:fs";

/** A custom property that an app may set. */
export interface CssProperty {
	name: string;
	default: string;
	text: string;
}

/**
 * The custom properties that a style sheet reads, with their fallbacks. What they are for is in the
 * comment at its top, a line each, behind what they are without.
 */
export function readStyles(file: string): CssProperty[] {
	const css = readFileSync(file, "utf8");
	const [comment = ""] = /\/\*.*?\*\//s.exec(css) ?? [];
	const texts = new Map(
		[...comment.matchAll(/(--[\w-]+) {2,}\S.*? {2,}(\S.*)/g)].map(([, name = "", text = ""]) => [
			name,
			text,
		]),
	);
	const found = new Map<string, CssProperty>();
	for (const [, name = "", fallback = ""] of css.matchAll(
		/var\((--bsky-[\w-]+),\s*((?:[^()]|\((?:[^()]|\([^()]*\))*\))+)\)/g,
	)) {
		found.set(name, { name, default: fallback, text: texts.get(name) ?? "" });
	}
	for (const name of texts.keys())
		if (!found.has(name)) throw new Error(`${file} speaks of ${name}, and never reads it.`);
	return [...found.values()];
}
