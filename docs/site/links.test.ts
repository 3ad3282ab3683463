import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { describe, expect, test } from "vitest";
import { withSiteLinks } from "./links.ts";
import { placeOf, referencePages } from "./reference.ts";
import { readSources } from "./repository.ts";
import { slug } from "./slug.ts";

/** What a clone has. A build's output is on disk only where one was made. */
const CLONED = new Set(
	execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
		cwd: ROOT,
		encoding: "utf8",
	})
		.split("\n")
		.filter((file) => file && existsSync(join(ROOT, file)))
		.flatMap((file) => file.split("/").map((_, end, parts) => join(...parts.slice(0, end + 1)))),
);
const FILES = [...CLONED].filter((file) => file.endsWith(".md"));

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const prose = (text: string): string =>
	text
		.replace(/^ *(`{3,})[\s\S]*?^ *\1 *$/gm, "")
		.replace(/`[^`\n]*`/g, (code) => code.replace(/[()[\]]/g, ""));

/** The anchors that GitHub makes of a page's headings: of two of a name, the second has a number. */
function anchorsOf(file: string): Set<string> {
	const seen = new Map<string, number>();
	const anchors = new Set<string>(["readme"]);
	for (const [, heading = ""] of read(file).matchAll(/^#{1,6} (.*)$/gm)) {
		const anchor = slug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
		const count = seen.get(anchor) ?? 0;
		seen.set(anchor, count + 1);
		anchors.add(count > 0 ? `${anchor}-${count}` : anchor);
	}
	return anchors;
}

/** The site alone has pages at these. */
const MADE = new Set(referencePages().map(([page]) => `/${page}`));

function isDead(file: string, link: string): boolean {
	const [path = "", hash = ""] = decodeURIComponent(link).split("#", 2);
	if (path.startsWith("/"))
		return !MADE.has(path) && ![...readSources().values()].includes(path.slice(1));
	let target = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), path);
	if (!CLONED.has(relative(ROOT, target).replace(/\/$/, ""))) return true;
	if (statSync(target).isDirectory()) target = join(target, "README.md");
	if (!hash || !target.endsWith(".md")) return false;
	return !existsSync(target) || !anchorsOf(relative(ROOT, target)).has(hash);
}

test.each(FILES)("no link of %s is dead", (file) => {
	const links = [...prose(read(file)).matchAll(/\]\(([^()\s]+)(?:\s"[^"]*")?\)/g)]
		.map(([, link = ""]) => link)
		.filter((link) => !/^[a-z][a-z+.-]*:/i.test(link));
	expect(links.filter((link) => isDead(file, link))).toEqual([]);
});

describe("on the site", () => {
	const pages = new Map(referencePages());

	/** The places that stand for the tables of a README. */
	const places = FILES.flatMap((file) =>
		[...read(file).matchAll(/<!-- (\S+): begin; written by/g)].flatMap(([, mark = ""]) => {
			const place = placeOf(mark);
			return place?.address.startsWith("/reference/") ? [[mark, place.address] as const] : [];
		}),
	);
	test.each(places)("the table %s is at %s", (_, address) => {
		const [page = "", anchor] = address.slice(1).split("#", 2);
		const headings = [...(pages.get(page) ?? "").matchAll(/^## (.*?)(?: \{#(\S+)\})?$/gm)];
		expect(pages.has(page)).toBe(true);
		if (anchor) expect(headings.map(([, words = "", id]) => id ?? slug(words))).toContain(anchor);
	});

	const sources = readSources();
	const where = {
		file: "packages/react/README.md",
		page: "packages/react",
		sources,
		repository: "https://git.example/r",
	};
	test.each([
		["[a](../core#errors)", "[a](/packages/core#errors)"],
		["[a](../core#readme)", "[a](/packages/core)"],
		["[a](../../docs/hosts.md#previews)", "[a](/hosts#previews)"],
		["[a](../../README.md)", "[a](/overview)"],
		["[a](../../examples/next-app)", "[a](https://git.example/r/tree/main/examples/next-app)"],
		["[a](../../LICENSE)", "[a](https://git.example/r/tree/main/LICENSE)"],
		["![a](../../docs/images/demo.png)", "![a](../../../images/demo.png)"],
		["[a](https://a.example/) [b](#b) [c](/c)", "[a](https://a.example/) [b](#b) [c](/c)"],
		["`[a](../core)`", "`[a](../core)`"],
		["[`a`](../core)", "[`a`](/packages/core)"],
		["```md\n[a](../core)\n```\n", "```md\n[a](../core)\n```\n"],
	])("%j is %j", (text, expected) => {
		expect(withSiteLinks(text, where)).toBe(expected);
	});
});
