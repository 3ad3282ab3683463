import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix, relative, resolve } from "node:path";
import { CannotRun } from "../outcome.ts";

const NAMES = ["auth", "auth.server", "auth/index", "auth/index.server"];
const FOLDERS = [
	"",
	"lib/server/",
	"server/auth/",
	"server/",
	"auth/",
	"lib/",
	"utils/",
	"server/utils/",
];
const EXTENSIONS = ["ts", "tsx", "js", "jsx", "mts", "mjs", "cts", "cjs"];

/** Where better-auth's own `auth` looks for the file with `betterAuth()`, in its order, and where else it may be. */
export const authConfigPaths: readonly string[] = ["", "src/", "app/"].flatMap((top) =>
	FOLDERS.flatMap((folder) =>
		NAMES.flatMap((name) => EXTENSIONS.map((extension) => `${top}${folder}${name}.${extension}`)),
	),
);

/**
 * The file with `betterAuth()`, as a path within the app.
 *
 * @param given what `--config` says
 */
export function findAuthConfig(root: string, given?: string): string | undefined {
	if (given) {
		const path = resolve(root, given);
		if (!isFile(path)) throw new CannotRun(`There is no file ${path}, which --config names.`);
		return relative(root, path).replaceAll("\\", "/");
	}
	return authConfigPaths.find((path) => {
		const file = join(root, path);
		return isFile(file) && /\bbetterAuth\b/.test(codeIn(readFileSync(file, "utf8")));
	});
}

export const isFile = (path: string): boolean =>
	statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** Without its comments, nearly: what looks like one in a text goes, too. */
export const codeIn = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");

/** Packages of a repository, as paths from its root. */
export function packagesBelow(root: string): string[] {
	const foldersIn = (folder: string) =>
		readdirSync(join(root, folder), { withFileTypes: true })
			.filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name))
			.map((entry) => posix.join(folder, entry.name));
	const folders = foldersIn("").flatMap((folder) => [folder, ...foldersIn(folder)]);
	return folders.filter((folder) => existsSync(join(root, folder, "package.json")));
}
