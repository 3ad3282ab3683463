import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { svelte2tsx } from "svelte2tsx";
import ts from "typescript";
import type { Page } from "./pages.ts";

/** The code of all pages as files; kept until the next time, to be looked at. */
export const PAGES = fileURLToPath(new URL("../.pages", import.meta.url));

/** JSX is React's elsewhere. */
const SOLID = "/** @jsxImportSource solid-js */";

const CHECKED = ["ts", "tsx", "svelte", "vue", "astro"];

/** A file of code of a page. */
export interface SnippetFile {
	path: string;
	page: string;
	/** Where on the page the first line of the block is. */
	line: number;
	language: string;
	/** Whether the block is a part of something: what it names and doesn't have is then given. */
	isExcerpt: boolean;
	/** The imports that it is given. */
	imports: string[];
	/** What comes before the block's own code, and that code, as TypeScript or Vue. */
	head: string;
	code: string;
	/** The block's code as readers see it. */
	shown: string;
}

/**
 * Writes the code of the pages as files, a folder for each page. Where a page has a file of a name
 * once more, what follows is in a folder of its own, with all other files as they were.
 */
export function snippetFiles(pages: readonly Page[]): SnippetFile[] {
	rmSync(PAGES, { recursive: true, force: true });
	return pages.flatMap((page) => {
		const files: SnippetFile[] = [];
		let current = new Map<string, string>();
		let round = 0;
		for (const block of page.blocks) {
			if (!CHECKED.includes(block.language)) continue;
			if (block.file && current.has(block.file)) {
				current = new Map([...current].filter(([name]) => name !== block.file));
				round++;
				for (const [name, text] of current) write(join(folderOf(page, round), name), text);
			}
			const name = block.file ?? `line-${block.line}.${block.language}`;
			const file: SnippetFile = {
				path: asModule(join(folderOf(page, round), name)),
				page: page.path,
				line: block.line,
				language: block.language,
				isExcerpt: !block.file,
				imports: [],
				head: block.hidden,
				code: compilable(block.language, block.code, !block.file),
				shown: block.code,
			};
			if (block.file) current.set(asModule(name), textOf(file));
			writeSnippet(file);
			files.push(file);
		}
		return files;
	});
}

const folderOf = (page: Page, round: number) =>
	join(PAGES, page.path.replace(/\.md$/, "").replaceAll("/", "--"), String(round));

/** Components of Svelte and Astro are written as what TypeScript sees of them. */
const asModule = (path: string) => (/\.(svelte|astro)$/.test(path) ? `${path}.ts` : path);

export const writeSnippet = (file: SnippetFile) => write(file.path, textOf(file));

function write(path: string, text: string): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
}

const headOf = ({ path, language, imports, head, code }: SnippetFile) => {
	if (language === "vue") {
		// What comes beside a component's own script is a script of the module.
		const kind = code.includes("<script") ? "" : " setup";
		return imports.length > 0
			? `<script${kind} lang="ts">\n${imports.join("\n")}\n</script>\n`
			: "";
	}
	const isAmbient = path.endsWith(".d.ts");
	const pragma = language === "tsx" && code.includes('from "solid-js"') ? [SOLID] : [];
	return [...pragma, ...(isAmbient ? [] : ["export {};"]), ...imports, head.trimEnd(), ""].join(
		"\n",
	);
};

const textOf = (file: SnippetFile) => headOf(file) + file.code;

/** The line of the page that a line of a file is, both counted from 1. */
export const lineOnPage = (file: SnippetFile, line: number): number =>
	file.language === "svelte"
		? file.line
		: file.line + Math.max(0, line - headOf(file).split("\n").length);

/**
 * Where in the block something of its file is, both in characters from 0; undefined for what a compiler
 * needs and no reader sees. Lines are kept as they are, with more before or after them.
 */
export function codeAt(file: SnippetFile): (position: number) => number | undefined {
	const text = textOf(file);
	const ranges: { from: number; to: number; start: number }[] = [];
	let from = headOf(file).length;
	let start = 0;
	for (const line of file.shown.split("\n")) {
		const found = text.indexOf(line, from);
		if (found >= 0) {
			from = found + line.length;
			ranges.push({ from: found, to: from, start });
		}
		start += line.length + 1;
	}
	return (position) => {
		const range = ranges.find(({ from, to }) => position >= from && position < to);
		return range && range.start + position - range.from;
	};
}

/** A block as something that a compiler takes. */
function compilable(language: string, code: string, isExcerpt: boolean): string {
	if (language === "svelte") {
		return svelte2tsx(code, { isTsFile: true, mode: "ts", version: "5.0.0" }).code;
	}
	if (language === "vue") return vueComponent(code);
	if (language === "astro") return /^---\n(.*?)^---$/ms.exec(code)?.[1] ?? "";
	if (!isExcerpt) return code;
	return language === "tsx" ? withMarkup(code) : asStatements(code);
}

/** Plain scripts are checked as strictly as TypeScript, and bare markup is a template. */
const vueComponent = (code: string) =>
	/^<(script|template)/m.test(code)
		? code.replace("<script setup>", '<script setup lang="ts">')
		: `<template>\n${code}</template>\n`;

/** Elements that stand beside each other are what a component gives. */
function withMarkup(code: string): string {
	const start = /^</m.exec(code)?.index;
	if (start === undefined) return code;
	return `${code.slice(0, start)}export const excerpt = () => <>${code.slice(start).trimEnd()}\n</>;\n`;
}

/** Members of an object, or of a class, are in an object. */
function asStatements(code: string): string {
	if (!hasSyntaxErrors(code)) return code;
	const [imports = ""] = /^(import [^\n]*\n|\n)*/.exec(code) ?? [];
	const inObject = `${imports}export const excerpt = {${code.slice(imports.length)}};\n`;
	return hasSyntaxErrors(inObject) ? code : inObject;
}

const hasSyntaxErrors = (code: string): boolean =>
	(ts.transpileModule(code, { reportDiagnostics: true }).diagnostics ?? []).length > 0;
