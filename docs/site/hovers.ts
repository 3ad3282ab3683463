import { type Hover, hoversOf, keyOf, pageAt } from "@better-auth-bsky/snippets";
import { rendererFloatingVue, transformerTwoslash } from "@shikijs/vitepress-twoslash";
import type { MarkdownOptions } from "vitepress";
import { readSources } from "./repository.ts";

type Transformer = NonNullable<MarkdownOptions["codeTransformers"]>[number];

/**
 * Shows over each name of ours, in the TypeScript of a page, what an editor shows: its signature and its
 * docstring. `npm run snippets` has compiled the same code, so nothing is compiled block by block.
 */
export function hovers(): Transformer {
	const known = hoversOf([...readSources().keys()].map(pageAt));
	const hoversIn = (language: string, code: string) => known.get(keyOf(language, code)) ?? [];
	const drawn = transformerTwoslash({
		explicitTrigger: false,
		renderer: rendererFloatingVue({ jsdoc: true }),
		twoslasher: (code: string, language = "") => ({
			code,
			nodes: hoversIn(language, code).map((hover) => nodeOf(hover, code)),
			meta: { extension: language },
		}),
	});
	return {
		...drawn,
		// A block without any stays what it would be.
		preprocess(code, options) {
			if (hoversIn(options.lang, code).length === 0) return;
			return drawn.preprocess?.call(this, code, options);
		},
	};
}

/** Twoslash's word for it. */
function nodeOf({ start, name, signature, text }: Hover, code: string) {
	const before = code.slice(0, start).split("\n");
	return {
		type: "hover" as const,
		start,
		length: name.length,
		target: name,
		text: signature,
		docs: text,
		line: before.length - 1,
		character: before.at(-1)?.length ?? 0,
	};
}
