import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** What an install brings to the disk. */
export interface Installed {
	packages: number;
	bytes: number;
}

/** A package and all that it needs: folders, as pnpm lays them out, one for each version. */
export function packagesOf(folder: string, found = new Set<string>()): Set<string> {
	if (found.has(folder)) return found;
	found.add(folder);
	const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
		dependencies?: Record<string, string>;
	};
	for (const name of Object.keys(manifest.dependencies ?? {})) {
		packagesOf(packageOf(name, folder), found);
	}
	return found;
}

/** The folder of the package that `from` finds by a name. */
export function packageOf(name: string, from: string): string {
	const here = join(from, "node_modules", name);
	if (existsSync(here)) return realpathSync(here);
	const above = dirname(from);
	if (above === from) throw new Error(`${name} is not installed.`);
	return packageOf(name, above);
}

export function sizeOf(folders: readonly string[]): Installed {
	const bytes = folders.reduce((sum, folder) => sum + bytesIn(folder), 0);
	return { packages: folders.length, bytes };
}

/** The files of a package; what it needs lies elsewhere. */
function bytesIn(folder: string): number {
	let bytes = 0;
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isFile()) bytes += statSync(path).size;
		if (entry.isDirectory() && entry.name !== "node_modules") bytes += bytesIn(path);
	}
	return bytes;
}
