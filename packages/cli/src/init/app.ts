import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { CannotRun } from "../outcome.ts";
import { authConfigPaths, codeIn, findAuthConfig, packagesBelow } from "../project/auth-config.ts";
import {
	type Components,
	componentsOf,
	type Framework,
	frameworkOf,
} from "../project/framework.ts";
import { type Manifest, majorOf, readManifest } from "../project/manifest.ts";
import { type PackageManager, packageManager } from "../project/package-manager.ts";
import { type AuthFile, readAuthFile } from "./auth-file.ts";
import { Source } from "./source.ts";
import { type Style, styleOf } from "./style.ts";

/** The app that is there, as far as it can be known without running it. */
export interface App {
	root: string;
	manifest: Manifest;
	framework: Framework;
	components: Components;
	packageManager: PackageManager;
	/** The text of each source of its own, by its path within the app. */
	files: ReadonlyMap<string, string>;
	/** Undefined where better-auth's server is in another folder. */
	auth: AuthFile | undefined;
	/** How new files are written: as the one with `betterAuth()`. */
	style: Style;
}

export function readApp(root: string, config?: string): App {
	const manifest = readManifest(root);
	const framework = frameworkOf(root, manifest);
	const files = new Map(
		sourcesOf(root).map((path) => [path, readFileSync(join(root, path), "utf8")]),
	);
	const path = findAuthConfig(root, config) ?? onlyOne(files, "betterAuth");
	const client = onlyOne(files, "createAuthClient");
	const text = path ? readFileSync(join(root, path), "utf8") : undefined;
	if (path === undefined && client === undefined) throw nothingOfBetterAuth(root);
	// --config may name one that is somewhere else.
	if (path !== undefined && text !== undefined) files.set(path, text);
	return {
		root,
		manifest,
		framework,
		components: componentsOf(framework, manifest),
		packageManager: packageManager(root),
		files,
		auth: path === undefined || text === undefined ? undefined : readAuthFile(path, text),
		style: styleOf(text ?? files.get(client ?? "") ?? ""),
	};
}

function nothingOfBetterAuth(root: string): CannotRun {
	const found = packagesBelow(root).filter((folder) => hasBetterAuth(join(root, folder)));
	if (found.length > 0)
		return new CannotRun(
			`No file with betterAuth() was found in ${root} itself, but something of better-auth in packages below it: ${found.map((folder) => `\`--cwd ${folder}\``).join(", ")}.`,
		);
	return new CannotRun(
		`No file with betterAuth() was found in ${root}: there is none of ${authConfigPaths[0]}, ` +
			"lib/auth.ts, src/lib/server/auth.ts and so on, where better-auth's own commands look, and no other. " +
			"Name it with --config; or begin with better-auth: `npx auth init`.",
	);
}

/** Whether something in a package is a server of better-auth, or a client. */
const hasBetterAuth = (root: string): boolean =>
	sourcesOf(root).some((path) =>
		/\b(?:betterAuth|createAuthClient)\s*[<(]/.test(codeIn(readFileSync(join(root, path), "utf8"))),
	);

/** The one file that calls something of better-auth. */
function onlyOne(files: ReadonlyMap<string, string>, name: string): string | undefined {
	const found = filesThatCall(files, name, /^better-auth(\/|$)/);
	return found.length === 1 ? found[0] : undefined;
}

/** The files that import something and call it. */
export function filesThatCall(
	files: ReadonlyMap<string, string>,
	name: string,
	from: RegExp,
): string[] {
	return [...files].flatMap(([path, text]) => {
		if (!text.includes(name)) return [];
		const source = Source.read(path, text);
		const imported = source?.imported(name, from);
		return imported && source?.calls(imported.local).length ? [path] : [];
	});
}

/** Whether the app calls something that goes by one name alone, however it is imported. */
export const isCalled = (files: ReadonlyMap<string, string>, name: string): boolean =>
	filesThatCall(files, name, /./).length > 0 ||
	[...files].some(
		([path, text]) => text.includes(name) && Source.read(path, text)?.callsAny(name) === true,
	);

const SOURCE = /(?<!\.(?:test|spec|d))\.(?:[mc]?[jt]sx?|svelte|vue|astro)$/;
/** What is made of the sources, or tries them, or isn't the app's. */
const NOT_SOURCES = new Set([
	"node_modules",
	"dist",
	"build",
	"out",
	"coverage",
	"public",
	"static",
	"__tests__",
	"test",
	"tests",
	"e2e",
]);
/** Bytes: nobody writes more than that by hand. */
const LONGEST = 500_000;

function sourcesOf(root: string, folder = ""): string[] {
	return entriesOf(join(root, folder)).flatMap((entry) => {
		const path = posix.join(folder, entry.name);
		if (entry.isFile()) {
			return SOURCE.test(entry.name) && statSync(join(root, path)).size < LONGEST ? [path] : [];
		}
		const isOwn =
			entry.isDirectory() && !entry.name.startsWith(".") && !NOT_SOURCES.has(entry.name);
		// A folder with a package.json is another app.
		return isOwn && !existsSync(join(root, path, "package.json")) ? sourcesOf(root, path) : [];
	});
}

/** Nothing of a folder that isn't this person's to read, as that of a database beside the app. */
function entriesOf(folder: string): Dirent[] {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch (error) {
		if (Object(error).code === "EACCES") return [];
		throw error;
	}
}

/** Whether files of the app are TypeScript. */
export const isTypeScript = ({ auth, files }: App): boolean =>
	auth ? /\.[mc]?tsx?$/.test(auth.path) : [...files.keys()].some((path) => /\.tsx?$/.test(path));

/** What a file of the app imports `auth` by; undefined where the app hands none on. */
export function importOfAuth({ auth, files, framework, manifest, root }: App, from: string) {
	if (!auth?.exported) return undefined;
	const { path, bare, ending } = named(auth.path, files);
	const what = auth.exported === "default" ? "auth" : `{ ${auth.exported.name} }`;
	return {
		what,
		name: auth.exported === "default" ? "auth" : auth.exported.name,
		path: specifier(),
	};

	function specifier(): string {
		if (framework === "sveltekit" && path.startsWith("src/lib/")) {
			if ("#lib/*" in manifest.imports) return `#lib/${path.slice("src/lib/".length)}`;
			if (kitMajor({ root, manifest }) < 3) return `$lib/${bare.slice("src/lib/".length)}`;
		}
		if (framework === "next") {
			const base = hasAlias(root, "./src/*") ? "src/" : hasAlias(root, "./*") ? "" : undefined;
			if (base !== undefined && bare.startsWith(base)) return `@/${bare.slice(base.length)}`;
		}
		const own = posix.relative(posix.dirname(from), bare);
		return `${own.startsWith(".") ? own : `./${own}`}${ending}`;
	}
}

/** A file as others name it: `bare` as far as nobody has to say more, and `ending` as this app does. */
function named(path: string, files: ReadonlyMap<string, string>) {
	const [own = ""] = /(?:\/index)?\.[mc]?[jt]sx?$/.exec(path) ?? [];
	const compiled = own.replace(/t(?=sx?$)/, "j");
	const says = (end: string) => {
		const by = new RegExp(`from ["']\\.{1,2}/(?:[^"'\n]*/)?${end}["']`);
		return [...files.values()].some((text) => by.test(text));
	};
	const ofTypes = says("[^\"'/\n]+\\.[mc]?tsx?");
	// Node takes what is compiled, and TypeScript knows its source by that.
	const ofNode = says("[^\"'/\n]+\\.[mc]?jsx?") && !says("[^.\"'/\n]+");
	const ending = ofTypes ? own : ofNode ? compiled : "";
	const stem = path.slice(0, path.length - own.length);
	// Nobody looks for these by themselves.
	const isOdd = /\.[mc][jt]s$/.test(path);
	return isOdd
		? { path, bare: `${stem}${ofTypes ? own : compiled}`, ending: "" }
		: { path, bare: stem, ending };
}

/** Whether `@/` stands for a folder. */
function hasAlias(root: string, folder: string): boolean {
	return ["tsconfig.json", "jsconfig.json"].some((name) => {
		const path = join(root, name);
		if (!existsSync(path)) return false;
		const [, target] = /"@\/\*"\s*:\s*\[\s*"([^"]+)"/.exec(readFileSync(path, "utf8")) ?? [];
		return target === folder;
	});
}

/** The major version of SvelteKit that the app has. */
export const kitMajor = ({ root, manifest }: Pick<App, "root" | "manifest">): number =>
	majorOf(root, manifest, "@sveltejs/kit") ?? 2;

/** What people call the app: the name of its package, in words. */
export function appName({ name }: Manifest): string {
	const words = name.replace(/^@[^/]*\//, "").split(/[^\p{L}\p{N}]+/u);
	const given = words.filter(Boolean).map((word) => word[0]?.toUpperCase() + word.slice(1));
	return given.join(" ") || "My App";
}
