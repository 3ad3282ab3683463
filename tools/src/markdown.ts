/** A table. A column whose cells are all empty is left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const columns = head.flatMap((_, index) => (rows.some((row) => row[index]) ? [index] : []));
	const line = (cells: readonly string[]) =>
		`| ${columns.map((index) => cells[index] ?? "").join(" | ")} |`;
	return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A text of a docstring, as the cell of a table: one line, with nothing that ends the cell. */
export const cell = (text: string): string =>
	text
		.trim()
		.replace(/\n\s*\n|\n(?=- )/g, "<br>")
		.replace(/(^|<br>)- /g, "$1")
		.replace(/\s*\n\s*/g, " ")
		.replace(/\|/g, "\\|");

/** A piece of code as a cell; GitHub takes a `|` in code for the end of the cell, too. */
export const code = (text: string | undefined): string =>
	text ? cell(text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``) : "";

/**
 * A default as a docstring names it. It is a value, unless it is said in words.
 *
 * @example
 * code: "atproto transition:generic" | globalThis.fetch | { service: "https://…" } | []
 * words: the page with the form
 */
export const value = (text: string | undefined): string =>
	!text ? "" : /^(["'[{].*|\S+)$/s.test(text) && !text.includes("`") ? code(text) : cell(text);
