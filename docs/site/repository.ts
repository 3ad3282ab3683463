import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** The address of the repository, as the packages have it. */
export const REPOSITORY = urlOf("core");

/** The folders of `packages/` whose package is published. */
const published = readdirSync(join(ROOT, "packages")).filter((name) => !manifest(name).private);

interface Manifest {
	private?: boolean;
	repository?: { url: string };
}

function manifest(name: string): Manifest {
	return JSON.parse(readFileSync(join(ROOT, "packages", name, "package.json"), "utf8"));
}

function urlOf(name: string): string {
	return (manifest(name).repository?.url ?? "").replace(/^git\+/, "").replace(/\.git$/, "");
}

/**
 * The pages that are written by hand: each file of the repository by its path there, with the path of its
 * page, without an extension. What is in docs/ keeps its place; what is somewhere else is there once.
 */
export function readSources(): Map<string, string> {
	const docs = globSync("docs/**/*.md", {
		cwd: ROOT,
		exclude: (path) => /(^|\/)(node_modules|\.vitepress|images|public)(\/|$)/.test(path),
	}).map((file) => file.replaceAll("\\", "/"));
	return new Map([
		...docs.sort().map((file) => [file, file.slice("docs/".length, -".md".length)] as const),
		["README.md", "overview"],
		...published.map((name) => [`packages/${name}/README.md`, `packages/${name}`] as const),
		["SECURITY.md", "security"],
		["bench/README.md", "measurements"],
	]);
}
