import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
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
	const scripts = (await filesIn(root)).filter((file) => /\.(js|mjs|svelte)$/.test(file));
	const strangers = new Set<string>();
	for (const file of [...scripts, ...declarationsOf(root, manifest)]) {
		for (const from of importsIn(join(root, file))) {
			const [of = ""] = /^(@[^/]+\/)?[^/]+/.exec(from) ?? [];
			if (/^[.#]/.test(from) || known.has(of) || isBuiltin(from)) continue;
			strangers.add(`${file}: ${from}`);
		}
	}
	return [...strangers];
}

/** The declarations that a compiler meets from its doors on. */
function declarationsOf(root: string, { exports = {} }: Manifest): Set<string> {
	const found = new Set<string>();
	const follow = (path: string) => {
		const file = declarationOf(normalize(path));
		if (found.has(file) || !existsSync(join(root, file))) return;
		found.add(file);
		for (const from of importsIn(join(root, file)))
			if (from.startsWith(".")) follow(join(dirname(file), from));
	};
	const doors = (door: unknown): string[] =>
		typeof door === "string" ? [door] : Object.values(Object(door)).flatMap(doors);
	for (const door of doors(exports)) follow(door);
	return found;
}

const declarationOf = (path: string) =>
	path.endsWith(".d.ts") ? path : `${path.replace(/\.m?js$/, "")}.d.ts`;

/** What a file imports, as the parser has it: a bundle has texts that only look like it. */
function importsIn(path: string): string[] {
	const text = readFileSync(path, "utf8");
	if (path.endsWith(".svelte"))
		return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
	const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext);
	const found: string[] = [];
	const visit = (node: ts.Node) => {
		const from = specifierOf(node);
		if (from && ts.isStringLiteral(from)) found.push(from.text);
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
	if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
	if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
		return node.argument.literal;
	const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
	return isCall ? node.arguments[0] : undefined;
}
