import ts from "typescript";

/** What a docstring says. */
export interface Docs {
	text: string;
	/** Of `@default`. */
	default?: string;
	/** Of `@see`. */
	see?: string[];
	/** Of `@throws`. */
	throws?: string[];
}

export function docsOf(symbol: ts.Symbol, checker: ts.TypeChecker): Docs {
	const tags = symbol.getJsDocTags(checker);
	const all = (name: string) => {
		const texts = tags.filter((tag) => tag.name === name).map(({ text }) => plain(text));
		return texts.length > 0 ? texts : undefined;
	};
	const text = plain(symbol.getDocumentationComment(checker));
	// An editor takes an "@" behind a space for a tag, also in the middle of code, and shows nothing from there on.
	if (text.split("`").length % 2 === 0)
		throw new Error(`The docstring of ${symbol.name} ends in the middle of code: ${text}`);
	return {
		text,
		default: all("default")?.[0],
		see: all("see"),
		throws: all("throws"),
	};
}

/** `{@link name}` is code in a page, where nothing is there to be clicked. */
const plain = (parts: ts.SymbolDisplayPart[] | undefined): string =>
	ts
		.displayPartsToString(parts)
		.replace(/\{@link\s+(\S+?)\s*\}/g, (_, name: string) =>
			/^https?:/.test(name) ? name : `\`${name}\``,
		)
		.trim();
