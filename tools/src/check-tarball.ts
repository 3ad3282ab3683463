import { mkdtemp, readFile, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import type { Published } from "./pack.ts";
import { filesIn, type Manifest } from "./restage.ts";
import { run } from "./run.ts";

/** Commands that are installed beside this file. */
const command = (name: string) => join(import.meta.dirname, "..", "node_modules", ".bin", name);

/**
 * Whether a tarball is one to publish.
 *
 * @throws with everything that publint, are-the-types-wrong and its own imports have against it
 */
export async function checkTarball(name: Published, tarball: string): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-check-"));
	try {
		await run("tar", ["xzf", tarball], folder);
		const root = join(folder, "package");
		const manifest: Manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
		await run(command("publint"), ["--strict", tarball], folder);
		await run(command("attw"), [tarball, ...attwOptions(name, manifest)], folder);
		const strangers = await importsOfStrangers(root, manifest);
		if (strangers.length > 0) {
			throw new Error(
				`${tarball} imports what its package.json doesn't name:\n${strangers.join("\n")}`,
			);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function attwOptions(name: Published, { exports = {} }: Manifest): string[] {
	const styles = Object.keys(exports).filter((path) => path.endsWith(".css"));
	const options = ["--profile", "esm-only"];
	options.push(...styles.flatMap((path) => ["--exclude-entrypoints", path]));
	// Only a bundler can load a `.svelte` file, and only by a bundler's rules does TypeScript find
	// the `.svelte.d.ts` beside it.
	if (name === "svelte") options.push("--ignore-rules", "internal-resolution-error");
	return options;
}

/** What its files import of packages that an install of it doesn't bring. */
async function importsOfStrangers(root: string, manifest: Manifest): Promise<string[]> {
	const { name, dependencies, peerDependencies } = manifest;
	const known = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })]);
	const strangers = new Set<string>();
	for (const file of await filesIn(root)) {
		if (!/\.(js|mjs|d\.ts|svelte)$/.test(file)) continue;
		const { importedFiles } = ts.preProcessFile(await readFile(join(root, file), "utf8"));
		for (const { fileName: from } of importedFiles) {
			const [of = ""] = /^(@[^/]+\/)?[^/]+/.exec(from) ?? [];
			if (/^[.#]/.test(from) || known.has(of) || isBuiltin(from)) continue;
			strangers.add(`${file}: ${from}`);
		}
	}
	return [...strangers];
}
