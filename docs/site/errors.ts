import { code } from "@better-auth-bsky/tools/markdown";
import type { Reference } from "../../scripts/reference/data.ts";

/** The page that log lines and errors link to: an anchor for each code, check and line. */
export function errorPage({ core: { errors, checks, lines } }: Reference): string {
	return [
		`---\ntitle: Errors, and what to do\noutline: [2, 3]\n---`,
		"# Errors, and what to do",
		`Search this page for what you have read. A log line of the plugin and an error at start-up end with a
link to their place here.`,
		"## Codes",
		`What an answer, the \`?error=\` of a page (in lower case) and \`bskyErrorCode(error)\` say. The sentence
is what the person reads, in their language.`,
		...errors.map(({ code: name, status, level, text, why }) =>
			[
				`### ${name} {#${name}}`,
				`> ${text}`,
				why,
				`HTTP status ${status}. A sign-in that ends so is logged at level ${code(level)}.`,
			].join("\n\n"),
		),
		"## What is wrong with how the app is set up",
		`Each with what is said and what to do; \`…\` stands for what was found. [Mistakes that were
tried](/mistakes) has them by what you did.`,
		...checks.map(({ id, level, option, sentence, remedy }) =>
			[
				`### ${id} {#${id}}`,
				`${option ? `${code(gaps(option))}: ` : ""}${quoted(gaps(sentence))}`,
				`**What to do.** ${quoted(gaps(remedy))}`,
				`Level ${code(level)}.`,
			].join("\n\n"),
		),
		"## Other lines of the log",
		"What goes wrong beside a sign-in, each with what became of it.",
		...lines.map(({ id, text, why }) =>
			[`### ${id} {#${id}}`, `> ${quoted(gaps(text))}`, why].join("\n\n"),
		),
		"",
	].join("\n\n");
}

const gaps = (words: string): string => words.replace(/\{\w+\}/g, "…");

/** What would be read as Markdown or HTML, and isn't. */
const quoted = (words: string): string => words.replace(/(?<!`[^`]*)[*<](?![^`]*`)/g, "\\$&");
