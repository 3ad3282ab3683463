import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A page, as a sidebar lists it. */
interface Page {
	/** Without an extension. */
	path: string;
	title: string;
	order: number;
	group: string;
}

/** A group of the sidebar, as VitePress takes it. */
export interface Group {
	text: string;
	items: { text: string; link: string }[];
}

/** The groups in order; a folder is the group of its pages, and these name a place for other pages. */
const GROUPS: { text: string; folder?: string; pages?: string[] }[] = [
	{ text: "Begin", pages: ["overview", "concepts", "compared"] },
	{ text: "Ten minutes with", folder: "start", pages: ["your-app"] },
	{ text: "Guides", folder: "guides", pages: ["components", "from-the-browser", "from-elsewhere"] },
	{ text: "Recipes", folder: "recipes" },
	{ text: "Something doesn’t work", pages: ["mistakes", "errors"] },
	{ text: "Tools", pages: ["cli", "devnet"] },
	{
		text: "What was tried",
		pages: [
			"databases",
			"hosts",
			"runtimes",
			"plugins",
			"combinations",
			"measurements",
			"security",
		],
	},
	{ text: "Packages", folder: "packages" },
	{ text: "Reference", folder: "reference" },
];

/**
 * The sidebar, from the pages that there are: by folder, then by `order` and `title` of the frontmatter
 * (or the first heading). A page that no group names is in the group that its frontmatter names, or in
 * "More".
 */
export function sidebar(folder: string): Group[] {
	const pages = readPages(folder);
	const names = [
		...new Set([...GROUPS.map(({ text }) => text), ...pages.map(({ group }) => group)]),
	];
	return names.flatMap((text) => {
		const items = pages.filter(({ group }) => group === text);
		if (items.length === 0) return [];
		return {
			text,
			items: items.map(({ title, path }) => ({ text: title, link: `/${path}` })),
		};
	});
}

/** The reference has a sidebar of its own, since all of it in one is too long to be read. */
export function sidebars(groups: Group[]): Record<string, Group[]> {
	const isReference = ({ text }: Group) => REFERENCE.includes(text);
	const reference = groups.filter(isReference);
	return {
		"/reference/": reference,
		"/packages/": reference,
		"/": groups.filter((group) => !isReference(group)),
	};
}

const REFERENCE = ["Packages", "Reference"];

function readPages(folder: string): Page[] {
	return globSync("**/*.md", { cwd: folder })
		.map((file) => file.replaceAll("\\", "/"))
		.filter((file) => file !== "index.md")
		.map((file) => pageOf(file.slice(0, -".md".length), readFileSync(join(folder, file), "utf8")))
		.sort((one, other) => one.order - other.order || (one.title < other.title ? -1 : 1));
}

/** Of pages whose own heading says it for another place. */
const TITLES: Record<string, string> = { overview: "Overview" };

function pageOf(path: string, text: string): Page {
	const [, frontmatter = ""] = /^---\n([\s\S]*?)\n---/.exec(text) ?? [];
	const field = (name: string) =>
		new RegExp(`^${name}: *(["']?)(.*?)\\1 *$`, "m").exec(frontmatter)?.[2];
	const named = GROUPS.find(({ pages }) => pages?.includes(path));
	const [first = "", ...rest] = path.split("/");
	const inFolder = rest.length > 0 ? GROUPS.find(({ folder }) => folder === first) : undefined;
	const place = named?.pages?.indexOf(path) ?? 0;
	return {
		path,
		title:
			TITLES[path] ?? field("title") ?? /^# (.*)$/m.exec(text)?.[1]?.replaceAll("`", "") ?? path,
		// Beside a folder's pages, those that are named come last.
		order: Number(field("order") ?? (named?.folder ? 1000 + place : named ? place : 100)),
		group: field("group") ?? (inFolder ?? named)?.text ?? "More",
	};
}
