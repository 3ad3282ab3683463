import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CannotRun, messageOf } from "../outcome.ts";

/** What an app's package.json says that matters here. */
export interface Manifest {
	name: string;
	scripts: Readonly<Record<string, string>>;
	/** Of all kinds: what is installed, with its range. */
	dependencies: Readonly<Record<string, string>>;
	/** Names that begin with `#`. */
	imports: Readonly<Record<string, unknown>>;
}

export function readManifest(root: string): Manifest {
	const path = join(root, "package.json");
	if (!existsSync(path)) {
		const app = [...above(root)].find((folder) => existsSync(join(folder, "package.json")));
		throw new CannotRun(
			`${root} has no package.json. Name the folder of the app with --cwd${app ? `: \`--cwd ${app}\`` : ""}.`,
		);
	}
	const manifest = Object(json(path));
	const texts = (value: unknown) =>
		Object.fromEntries(Object.entries(Object(value)).map(([key, text]) => [key, String(text)]));
	return {
		name: String(manifest.name ?? ""),
		scripts: texts(manifest.scripts),
		dependencies: {
			...texts(manifest.peerDependencies),
			...texts(manifest.devDependencies),
			...texts(manifest.dependencies),
		},
		imports: Object(manifest.imports),
	};
}

function json(path: string): unknown {
	try {
		// With a byte order mark, as npm takes it.
		return JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
	} catch (error) {
		throw new CannotRun(`${path} is no JSON: ${messageOf(error)}`);
	}
}

/** The installed version of a package, seen from the app; undefined where it isn't installed. */
export function installedVersion(root: string, name: string): string | undefined {
	for (const folder of above(root)) {
		const path = join(folder, "node_modules", name, "package.json");
		if (existsSync(path)) return String(Object(json(path)).version);
	}
	return undefined;
}

/** The major version of a package that is installed, or that package.json asks for; undefined if nobody says. */
export function majorOf(root: string, manifest: Manifest, name: string): number | undefined {
	const version = installedVersion(root, name) ?? manifest.dependencies[name] ?? "";
	const [major] = /\d+/.exec(version) ?? [];
	return major === undefined ? undefined : Number(major);
}

/** A folder and all that it is in, from the inside out. */
export function* above(folder: string): Generator<string> {
	yield folder;
	const parent = dirname(folder);
	if (parent !== folder) yield* above(parent);
}
