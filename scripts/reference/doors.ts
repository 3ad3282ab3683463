import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** A way into a package, as its `package.json` exports it. */
export interface Door {
	/** `.`, or `./sign-in`. */
	path: string;
	/** The source behind it. */
	file: string;
}

/** A package that is published. */
export interface Package {
	/** Its folder in `packages/`. */
	name: string;
	folder: string;
	doors: Door[];
	/** What the doors with a `*` lead to, by the door: the languages behind `./labels/*`. */
	families: Record<string, string[]>;
	/** Its style sheet. */
	styles?: string;
}

const SOURCE = "@better-auth-bsky/source";

interface Manifest {
	private?: boolean;
	exports?: Record<string, Record<string, string> | null>;
}

export function readPackages(): Package[] {
	const folder = join(ROOT, "packages");
	return readdirSync(folder).flatMap((name) => {
		const manifest: Manifest = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8"));
		return manifest.private ? [] : [readPackage(name, join(folder, name), manifest)];
	});
}

function readPackage(name: string, folder: string, { exports = {} }: Manifest): Package {
	const doors: Door[] = [];
	const families: Package["families"] = {};
	let styles: string | undefined;
	for (const [path, conditions] of Object.entries(exports)) {
		const source = conditions?.[SOURCE];
		if (!source) continue;
		const file = join(folder, source);
		if (file.endsWith(".css")) styles = file;
		else if (path.endsWith("/*")) families[path] = membersOf(path, file, exports);
		else doors.push({ path, file });
	}
	return { name, folder, doors, families, styles };
}

/** What a `*` stands for, apart from what has an entry of its own. */
function membersOf(path: string, file: string, exports: object): string[] {
	return readdirSync(join(file, ".."))
		.map((each) => basename(each, ".ts"))
		.filter((each) => !(path.replace("*", each) in exports))
		.sort();
}
