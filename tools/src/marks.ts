/**
 * What a script writes into a page stands between marks, so that the rest is written by hand:
 * `<!-- sizes: begin; written by … -->` and `<!-- sizes: end -->`, around a block on lines of its
 * own or around a few words.
 */
const MARKED = /(<!-- ([\w.-]+): begin(?:;.*?)? -->)([\s\S]*?)(<!-- \2: end -->)/g;

/** The names of a page's marks, in order. */
export const marksOf = (page: string): string[] =>
	[...page.matchAll(MARKED)].map(([, , name = ""]) => name);

/**
 * The page with what belongs between its marks.
 *
 * @param contentOf what belongs between the marks of this name; of `undefined` nothing is changed
 */
export const fillMarks = (page: string, contentOf: (name: string) => string | undefined): string =>
	page.replace(MARKED, (whole, begin: string, name: string, before: string, end: string) => {
		const content = contentOf(name);
		if (content === undefined) return whole;
		return before.startsWith("\n") ? `${begin}\n\n${content}\n\n${end}` : begin + content + end;
	});
