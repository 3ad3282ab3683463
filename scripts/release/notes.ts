import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PUBLISHED } from "@better-auth-bsky/tools/pack";
import { underScope } from "@better-auth-bsky/tools/scope";

/** The newest section of a changelog, without its heading. */
const NEWEST = /^## [^\n]*\n(.*?)(?=^## |$(?![\s\S]))/ms;

/** What has changed in the newest version, for the page of the release: each thing once. */
export async function notesOf(tree: string, scope: string): Promise<string> {
	const sections = new Map<string, string[]>();
	for (const name of PUBLISHED) {
		const path = join(tree, "packages", name, "CHANGELOG.md");
		const changelog = await readFile(path, "utf8").catch(() => "");
		const [, newest = ""] = NEWEST.exec(changelog) ?? [];
		const text = newest.trim();
		if (text) sections.set(text, [...(sections.get(text) ?? []), `${scope}/${name}`]);
	}
	const notes = [...sections].map(([text, names]) => `## ${names.join(", ")}\n\n${text}\n`);
	return underScope(notes.join("\n"), scope);
}
