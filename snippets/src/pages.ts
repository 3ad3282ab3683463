import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CodeBlock, codeBlocks } from "@better-auth-bsky/tools/code-blocks";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** A page that people read: a README, or one of the site. */
export interface Page {
	/** Seen from the root of the repository. */
	path: string;
	blocks: CodeBlock[];
}

/** What isn't a page of code for people who use the packages. */
const NOT_PAGES = /^(\.|patches|snippets)|(^|\/)CHANGELOG\.md$/;

/** Every page of the repository, those that aren't committed yet included. */
export function allPages(): Page[] {
	const args = ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"];
	const paths = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
	return paths.filter((path) => !NOT_PAGES.test(path) && existsSync(join(ROOT, path))).map(pageAt);
}

export const pageAt = (path: string): Page => ({
	path,
	blocks: codeBlocks(readFileSync(join(ROOT, path), "utf8")),
});
