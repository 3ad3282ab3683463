import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fillMarks } from "@better-auth-bsky/tools/marks";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { STAGED, withSiteLinks } from "./links.ts";
import { placeOf, referencePages } from "./reference.ts";
import { REPOSITORY, readSources } from "./repository.ts";

const FOLDER = join(ROOT, "docs", STAGED);

/**
 * Puts all pages where VitePress reads them: those that are written by hand, with their links as the site
 * has them, and those that docs/reference.json makes. What is there already stays untouched.
 *
 * @returns the files that they are made of
 */
export function stage(): string[] {
	const sources = readSources();
	const pages = new Map(referencePages());
	for (const [file, page] of sources) {
		const text = readFileSync(join(ROOT, file), "utf8");
		const where = { file, page, sources, repository: REPOSITORY };
		pages.set(page, withSiteLinks(withoutMarks(withPlaces(text)), where));
	}
	for (const file of globSync("**/*.md", { cwd: FOLDER }))
		if (!pages.has(file.replaceAll("\\", "/").slice(0, -".md".length))) rmSync(join(FOLDER, file));
	for (const [page, text] of pages) {
		const path = join(FOLDER, `${page}.md`);
		if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}
	return ["docs/reference.json", ...sources.keys()].map((file) => join(ROOT, file));
}

/** A README has the tables of the reference, since it is alone on npm; here each has a page. */
const withPlaces = (text: string): string =>
	fillMarks(text, (mark) => {
		const place = placeOf(mark);
		return place && `[${place.title}](${place.address})`;
	});

const withoutMarks = (text: string): string => text.replace(/<!-- [\w.-]+: (begin|end).*?-->/g, "");
