import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Group } from "./sidebar.ts";

interface Site {
	title: string;
	description: string;
	/** As links begin: `/`, or a sub-path. */
	base: string;
	/** Where the pages are read, and where the site is written. */
	from: string;
	to: string;
	groups: Group[];
}

/**
 * The site for programs that read (https://llmstxt.org): each page as Markdown beside it, `llms.txt` that
 * lists them, and all of them in `llms-full.txt`.
 */
export function writeLlms({ title, description, base, from, to, groups }: Site): void {
	const all: string[] = [];
	const write = (path: string, text: string) => {
		mkdirSync(dirname(join(to, path)), { recursive: true });
		writeFileSync(join(to, path), text);
	};
	const lists = groups.map(({ text, items }) => {
		const lines = items.map((item) => {
			const page = `${item.link.slice(1)}.md`;
			const markdown = bodyOf(readFileSync(join(from, page), "utf8"), base);
			write(page, markdown);
			all.push(`<!-- ${base}${page} -->\n\n${markdown}`);
			return `- [${item.text}](${base}${page})`;
		});
		return `## ${text}\n\n${lines.join("\n")}\n`;
	});
	write("index.md", bodyOf(readFileSync(join(from, "index.md"), "utf8"), base));
	write("llms.txt", `# ${title}\n\n> ${description}\n\n${lists.join("\n")}`);
	write("llms-full.txt", all.join("\n\n"));
}

/** Without frontmatter, and with the anchors of headings where Markdown has none. */
const bodyOf = (text: string, base: string): string =>
	text
		.replace(/^---\n[\s\S]*?\n---\n+/, "")
		.replace(/^(#+ .*?) \{#[^}]+\}$/gm, "$1")
		.replace(/(\]\()\/(?!\/)/g, `$1${base}`);
