/** A block of code on a page, between two fences. */
export interface CodeBlock {
	/** In which line of the page its first line is, counted from 1. */
	line: number;
	language: string;
	code: string;
	/** What it is a whole file of, by the comment at its top or the `[title]` of its fence. */
	file: string | undefined;
	/** Code that it takes for granted, from a comment before it that no reader sees. */
	hidden: string;
	/** Whether it is nothing but such a comment: a file that the page doesn't show. */
	isHidden: boolean;
	/** The heading of the second level that it is below. */
	section: string;
}

/** A comment `<!-- snippet: name` … `-->`, the opening fence of a block with all up to the closing one, or a heading. */
const PARTS =
	/^<!-- snippet:[ \t]*(?<name>\S*)\n(?<hidden>[\s\S]*?)^-->$|^(?<fence>`{3,})(?<language>\w+)(?<info>[^\n]*)\n(?<code>[\s\S]*?)^\k<fence>$|^## (?<heading>.*)$/gm;

/** `// src/auth.ts`, `# .env`, `<!-- src/App.vue -->` in the first line. */
const FILE = /^(?:\/\/|#|<!--) ([\w./@$()[\]+-]*\.[\w.]+)(?: -->)?$/;

/**
 * The code on a page of Markdown, in its order. What a block leaves out stands before it:
 *
 * @example
 * <!-- snippet:
 * declare const did: string;
 * -->
 *
 * @example a file that isn't shown
 * <!-- snippet: query.ts
 * export declare function query<Row>(sql: string): Promise<Row[]>;
 * -->
 */
export function codeBlocks(markdown: string): CodeBlock[] {
	const blocks: CodeBlock[] = [];
	let section = "";
	let hidden = "";
	for (const { groups = {}, index } of markdown.matchAll(PARTS)) {
		const line = markdown.slice(0, index).split("\n").length + 1;
		if (groups.heading !== undefined) {
			section = groups.heading;
		} else if (groups.hidden !== undefined && groups.name) {
			const language = groups.name.split(".").at(-1) ?? "";
			const file = { line, language, code: groups.hidden, file: groups.name, hidden: "" };
			blocks.push({ ...file, isHidden: true, section });
		} else if (groups.hidden !== undefined) {
			hidden += groups.hidden;
		} else {
			const { language = "", code = "", info = "" } = groups;
			const [, title] = /\[(\S+\.\w+)\]/.exec(info) ?? [];
			const [, comment] = language === "sh" ? [] : (FILE.exec(code.split("\n")[0] ?? "") ?? []);
			blocks.push({
				line,
				language,
				code,
				file: title ?? comment,
				hidden,
				isHidden: false,
				section,
			});
			hidden = "";
		}
	}
	return blocks;
}
