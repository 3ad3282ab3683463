import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import ts from "typescript";
import type { Finding } from "./check.ts";
import type { Page } from "./pages.ts";

/** JSON that can't be parsed; comments and trailing commas are fine. */
export const checkJson = (pages: readonly Page[]): Finding[] =>
	pages.flatMap((page) =>
		page.blocks
			.filter(({ language }) => /^jsonc?$/.test(language))
			.flatMap(({ code, line }) => {
				const { error } = ts.parseConfigFileTextToJson("block.json", code);
				const message = error && ts.flattenDiagnosticMessageText(error.messageText, "\n");
				return message ? [{ page: page.path, line, message }] : [];
			}),
	);

const TAG =
	/<(bluesky-[\w-]+)((?:\s+[^\s=>]+(?:=(?:"[^"]*"|'[^']*'|\{[^}]*\}|[^\s>]+))?)*)\s*\/?>/g;
const ATTRIBUTE = /([^\s=>]+)(?:=(?:"[^"]*"|'[^']*'|\{[^}]*\}|[^\s>]+))?/g;
/** What any element may have, and what is other libraries'. */
const ANY = /^(class|id|slot|style|lang|dir|hidden)$|^(on|hx-|data-|aria-|prop:|[[.:@])/;

/** Elements of ours, in whatever language, that don't exist or don't have such an attribute. */
export function checkElements(pages: readonly Page[]): Finding[] {
	const { elements } = JSON.parse(readFileSync(join(ROOT, "docs/reference.json"), "utf8"));
	return pages.flatMap((page) =>
		page.blocks.flatMap(({ code, line }) =>
			[...code.matchAll(TAG)].flatMap(([, tag = "", attributes = ""]) => {
				const known: { attribute?: string }[] | undefined = elements[tag]?.options;
				if (!known) return [{ page: page.path, line, message: `There is no <${tag}>.` }];
				const names = new Set(known.map(({ attribute }) => attribute));
				return [...attributes.matchAll(ATTRIBUTE)]
					.map(([, name = ""]) => name)
					.filter((name) => name !== "/" && !names.has(name) && !ANY.test(name))
					.map((name) => ({ page: page.path, line, message: `<${tag}> has no ${name}.` }));
			}),
		),
	);
}
