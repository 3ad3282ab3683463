import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PUBLISHED, type Published, type Tarballs } from "./pack.ts";
import { run } from "./run.ts";
import { underScope } from "./scope.ts";

/** As much of a `package.json` as is looked at. */
export interface Manifest {
	name: string;
	version: string;
	private?: boolean;
	exports?: Record<string, unknown>;
	dependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	devDependencies?: Record<string, string>;
	scripts?: Record<string, string>;
}

/** Under which names and versions something is published. */
export interface Edition {
	scope: string;
	/** A tree of the repository whose packages have their next version, and their changelog. */
	tree: string;
}

/** Packs tarballs of the workspace anew: as they are published, by their scope and version. */
export async function restage(
	tarballs: Tarballs,
	edition: Edition,
	folder: string,
): Promise<Tarballs> {
	const made: Partial<Tarballs> = {};
	for (const name of PUBLISHED) {
		const root = join(folder, name, "package");
		await mkdir(join(folder, name), { recursive: true });
		await run("tar", ["xzf", tarballs[name]], join(folder, name));
		const changelog = join(edition.tree, "packages", name, "CHANGELOG.md");
		if (existsSync(changelog)) await copyFile(changelog, join(root, "CHANGELOG.md"));
		await putUnderScope(root, edition.scope);
		await putVersions(root, name, edition);
		const { version } = await manifestIn(root);
		made[name] = join(folder, `${edition.scope.slice(1)}-${name}-${version}.tgz`);
		// The files alone, as npm packs them.
		const files = (await filesIn(root)).sort().map((file) => join("package", file));
		await run("tar", ["czf", made[name], ...files], join(folder, name));
		await rm(join(folder, name), { recursive: true });
	}
	return made as Tarballs;
}

async function putUnderScope(root: string, scope: string): Promise<void> {
	for (const file of await filesIn(root)) {
		const path = join(root, file);
		const text = await readFile(path, "utf8");
		const named = underScope(text, scope);
		// What names nothing stays as it is, whatever bytes are in it.
		if (named !== text) await writeFile(path, named);
	}
}

/** Its own version, and those of its neighbours; nothing that only this repository has a use for. */
async function putVersions(root: string, name: Published, { scope, tree }: Edition): Promise<void> {
	const manifest = await manifestIn(root);
	const versionOf = async (folder: string) =>
		(await manifestIn(join(tree, "packages", folder))).version;
	manifest.version = await versionOf(name);
	delete manifest.scripts;
	delete manifest.devDependencies;
	for (const list of [manifest.dependencies, manifest.peerDependencies]) {
		for (const dependency of Object.keys(list ?? {})) {
			if (!list || !dependency.startsWith(`${scope}/`)) continue;
			list[dependency] = await versionOf(basename(dependency));
		}
	}
	await writeFile(join(root, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The `package.json` of a folder. */
export const manifestIn = async (folder: string): Promise<Manifest> =>
	JSON.parse(await readFile(join(folder, "package.json"), "utf8"));

/** All files in a folder, by their paths in it. */
export async function filesIn(root: string): Promise<string[]> {
	const files: string[] = [];
	for (const path of await readdir(root, { recursive: true })) {
		if ((await stat(join(root, path))).isFile()) files.push(path);
	}
	return files;
}
