/** How a file is written, for what is added to it. */
export interface Style {
	quote: '"' | "'";
	semicolons: boolean;
	/** One step of indentation. */
	unit: string;
	/** Whether the last line of a list ends with a comma. */
	trailingComma: boolean;
	eol: "\n" | "\r\n";
}

export function styleOf(text: string): Style {
	// As far as the end of the line in which they end.
	const imports = text.match(/^\uFEFF?import\b[^"']*["'][^"'\n]*["'].*$/gm) ?? [];
	// In a file without any, by whatever it has in quotes.
	const quoted = imports.length > 0 ? imports : text.split("\n");
	const times = (quote: RegExp) => quoted.filter((line) => quote.test(line)).length;
	const count = (pattern: RegExp) => imports.filter((line) => pattern.test(line)).length;
	const spaces = [...text.matchAll(/^( {2,})\S/gm)].map(([, { length } = ""]) => length);
	return {
		quote: times(/'[^']*'/) > times(/"[^"]*"/) ? "'" : '"',
		semicolons: imports.length === 0 || count(/;\s*(\/[/*].*)?$/) * 2 >= imports.length,
		unit: spaces.length === 0 || /^\t/m.test(text) ? "\t" : " ".repeat(Math.min(...spaces)),
		trailingComma: /,[ \t]*(\/\/.*)?\r?\n\s*[}\])]/.test(text) || !/\n\s*[}\])]/.test(text),
		eol: text.includes("\r\n") ? "\r\n" : "\n",
	};
}

/**
 * Text in the style of the documentation, in another one. Its strings have double quotes, and so
 * have the attributes of its markup, which keep them.
 */
export function inStyle(text: string, { quote, semicolons, unit, trailingComma, eol }: Style) {
	return text
		.replace(/(=?)"([^"'\n]*)"/g, (all, attribute, string) =>
			attribute ? all : `${quote}${string}${quote}`,
		)
		.replace(/;$/gm, semicolons ? ";" : "")
		.replace(/^\t+/gm, (tabs) => unit.repeat(tabs.length))
		.replace(/,(?=\n\s*[}\])])/g, trailingComma ? "," : "")
		.replaceAll("\n", eol);
}
