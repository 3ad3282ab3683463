import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** What links are read against. */
export interface Where {
	/** The file that a link is in, by its path in the repository. */
	file: string;
	/** The page that it becomes, without an extension. */
	page: string;
	/** All files that are pages: see `readSources()`. */
	sources: ReadonlyMap<string, string>;
	repository: string;
}

/**
 * A page with links that lead to pages. In the repository a link names a file, so that it works there,
 * too; here it names the file's page, and what is none is looked at in the repository.
 */
export function withSiteLinks(text: string, where: Where): string {
	return outsideOfCode(text, (prose) =>
		prose
			.replace(/(\]\()([^()\s]+)(?=[)\s])/g, (_, before, to) => before + addressOf(to, where))
			.replace(/(<(?:img|a) [^>]*?(?:src|href)=")([^"]+)/g, (_, before, to) =>
				String(before + addressOf(to, where)),
			),
	);
}

/** Changes what is neither in a block of code nor in a piece of it. */
function outsideOfCode(text: string, change: (prose: string) => string): string {
	return text
		.split(/(^ *(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2 *$)/m)
		.flatMap((part, index) => (index % 3 === 2 ? [] : [index % 3 === 1 ? part : inProse(part)]))
		.join("");

	function inProse(part: string): string {
		return part
			.split(/(`+[^`\n]+`+)/)
			.map((piece, index) => (index % 2 === 1 ? piece : change(piece)))
			.join("");
	}
}

function addressOf(target: string, { file, page, sources, repository }: Where): string {
	if (/^([a-z][a-z+.-]*:|#|\/)/i.test(target)) return target;
	const [path = "", hash] = target.split("#", 2);
	const to = posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/, "");
	const candidates = [to, `${to}.md`, `${to}/README.md`, `${to}/index.md`];
	const source = candidates.find((each) => sources.has(each));
	const end = hash && hash !== "readme" ? `#${hash}` : "";
	if (source) return `/${sources.get(source)?.replace(/(^|\/)index$/, "$1")}${end}`;
	if (/\.(png|svg|jpe?g)$/.test(to))
		return posix.relative(posix.dirname(`docs/${STAGED}/${page}`), to);
	if (!existsSync(join(ROOT, to))) return target;
	const kind = /\.\w+$/.test(to) ? "blob" : "tree";
	return `${repository}/${kind}/main/${to}${end}`;
}

/** Where the pages are put for VitePress to read, below docs/. */
export const STAGED = ".vitepress/pages";
