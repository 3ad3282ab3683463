import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { proxyCreateProgram } from "@volar/typescript";
import { createParsedCommandLineByJson, createVueLanguagePlugin } from "@vue/language-core";
import ts from "typescript";
import { lineOnPage, PAGES, type SnippetFile, snippetFiles, writeSnippet } from "./files.ts";
import type { Page } from "./pages.ts";

/** Something that is wrong with the code on a page. */
export interface Finding {
	page: string;
	line: number;
	message: string;
}

const HERE = fileURLToPath(new URL("..", import.meta.url));
const GIVEN = join(HERE, "given");
const DOORS = join(GIVEN, "doors.ts");
const require = createRequire(import.meta.url);

/** What was read once, but for the code of pages, which changes. */
const sources = new Map<string, ts.SourceFile | undefined>();

/** What is there beside the code of a page. */
export const AMBIENT = [
	require.resolve("svelte2tsx/svelte-shims-v4.d.ts"),
	require.resolve("svelte2tsx/svelte-jsx-v4.d.ts"),
	join(GIVEN, "ambient.d.ts"),
	join(GIVEN, "names.ts"),
	DOORS,
];

export const OPTIONS: ts.CompilerOptions = {
	target: ts.ScriptTarget.ES2023,
	lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
	module: ts.ModuleKind.ESNext,
	moduleResolution: ts.ModuleResolutionKind.Bundler,
	jsx: ts.JsxEmit.ReactJSX,
	strict: true,
	skipLibCheck: true,
	allowImportingTsExtensions: true,
	allowArbitraryExtensions: true,
	resolveJsonModule: true,
	noEmit: true,
	types: ["node"],
	typeRoots: [join(HERE, "node_modules/@types"), join(HERE, "../node_modules/@types")],
};

/** Type-checks the code on all of these pages, as one program. */
export function checkTypes(pages: readonly Page[]): Finding[] {
	const files = completeFiles(pages);
	const program = programOf(files);
	return files.flatMap((file) => findings(program, file));
}

/** The code of these pages as files, with the imports that parts of something leave out. */
export function completeFiles(pages: readonly Page[]): SnippetFile[] {
	const files = snippetFiles(pages);
	const doors = exportsByDoor();
	for (const file of files) {
		if (!file.isExcerpt) continue;
		file.imports = importsFor(file, doors);
		if (file.imports.length > 0) writeSnippet(file);
	}
	return files;
}

function programOf(files: readonly SnippetFile[]): ts.Program {
	const components = files.filter(({ language }) => language === "vue");
	const rest = files.filter(({ language }) => language !== "vue");
	const options = { ...OPTIONS };
	const host = ts.createCompilerHost(options);
	host.resolveModuleNameLiterals = resolverOf(host);
	const entry = join(PAGES, "components.ts");
	const imports = components.map(({ path }) => `import "./${relative(PAGES, path)}";`).join("\n");
	const readFile = host.readFile.bind(host);
	const getSourceFile = host.getSourceFile.bind(host);
	host.readFile = (path) => (path === entry ? imports : readFile(path));
	host.fileExists = (path) => path === entry || ts.sys.fileExists(path);
	host.getSourceFile = (path, ...rest) => {
		if (path === entry) return ts.createSourceFile(path, imports, ts.ScriptTarget.ES2023);
		if (path.startsWith(PAGES)) return getSourceFile(path, ...rest);
		if (!sources.has(path)) sources.set(path, getSourceFile(path, ...rest));
		return sources.get(path);
	};
	const create = proxyCreateProgram(ts, ts.createProgram, (_, { options }) => [
		createVueLanguagePlugin(ts, options, vueOptions(), (id) => id),
	]);
	const rootNames = [...AMBIENT, ...rest.map(({ path }) => path), entry];
	return create({ rootNames, options, host });
}

const vueOptions = () =>
	createParsedCommandLineByJson(ts, ts.sys, HERE, { vueCompilerOptions: { strictTemplates: true } })
		.vueOptions;

/** Whom the packages ask for better-auth, there is one copy of; and apps have names of their own for folders. */
export function resolverOf(
	host: ts.ModuleResolutionHost,
): NonNullable<ts.CompilerHost["resolveModuleNameLiterals"]> {
	const cache = ts.createModuleResolutionCache(HERE, (path) => path, OPTIONS);
	const find = (name: string, from: string, mode?: ts.ResolutionMode) =>
		ts.resolveModuleName(name, from, OPTIONS, host, cache, undefined, mode);
	return (literals, from, _redirect, options, source) =>
		literals.map((literal) => {
			const { text } = literal;
			const mode = ts.getModeForUsageLocation(source, literal, options);
			if (/^(@better-auth-bsky\/|@better-auth\/core|better-auth)/.test(text)) {
				return find(text, join(GIVEN, "names.ts"), mode);
			}
			const found = find(text, from, mode);
			if (found.resolvedModule || !from.startsWith(PAGES)) return found;
			for (const path of candidates(text, from)) {
				const there = find(path, from, mode);
				if (there.resolvedModule) return there;
			}
			return found;
		});
}

/** What a name may stand for in an app, and what every app is taken to have. */
function candidates(name: string, from: string): string[] {
	const [page = "", round = ""] = relative(PAGES, from).split("/");
	const root = join(PAGES, page, round);
	const [, alias, rest] = /^(@\/|~\/|\$lib\/|#lib\/)(.*)$/.exec(name) ?? [];
	const folders = alias?.includes("lib") ? ["src/lib"] : [".", "src", "app"];
	const places = alias ? folders.map((folder) => resolve(root, folder, rest ?? "")) : [];
	const given = /([\w$-]+)(\.\w+)?$/.exec(name)?.[1] ?? "";
	const isOwn = alias || name.startsWith(".");
	const stand = join(GIVEN, `${given}.ts`);
	return isOwn && existsSync(stand) ? [...places, stand] : places;
}

/** A `return` outside of a function, as a part of one has it. */
const RETURN_OUTSIDE = 1108;

/** For what an excerpt names and doesn't have, wherever that is to be had. */
function importsFor(file: SnippetFile, exports: ReadonlyMap<string, Set<string>>): string[] {
	return [...missingNames(file)].flatMap((name) => {
		const door = doorsOf(file).find((door) => exports.get(door)?.has(name));
		return door ? [`import { ${name} } from "${door}";`] : [];
	});
}

/** What it uses and declares nowhere. */
function missingNames({ language, head, code }: SnippetFile): Set<string> {
	if (language === "vue") {
		const tags = [...code.matchAll(/<([A-Z]\w+)/g)].map(([, tag = ""]) => tag);
		return new Set(tags.filter((tag) => !new RegExp(`import[^;]*\\b${tag}\\b`).test(code)));
	}
	const used = new Set<string>();
	const declared = new Set<string>();
	const visit = (node: ts.Node) => {
		if (ts.isIdentifier(node) && !isMember(node)) {
			(isDeclared(node) ? declared : used).add(node.text);
		}
		ts.forEachChild(node, visit);
	};
	const kind = language === "tsx" ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
	visit(ts.createSourceFile("excerpt", head + code, ts.ScriptTarget.ES2023, true, kind));
	return new Set([...used].filter((name) => !declared.has(name)));
}

/** Whether it is the name of a variable, a function, an import and so on. */
function isDeclared(node: ts.Identifier): boolean {
	const { parent } = node;
	if (ts.isShorthandPropertyAssignment(parent)) return false;
	return "name" in parent && parent.name === node;
}

/** Whether it names a member of something. */
function isMember(node: ts.Identifier): boolean {
	const { parent } = node;
	if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
	const isOfMember =
		ts.isPropertyAssignment(parent) ||
		ts.isMethodDeclaration(parent) ||
		ts.isPropertySignature(parent) ||
		ts.isPropertyDeclaration(parent) ||
		ts.isJsxAttribute(parent);
	return isOfMember && parent.name === node;
}

/** Where a name may be from: what every app has, the package that the page is about, the framework's, the others. */
function doorsOf({ page, language }: SnippetFile): string[] {
	const [, own] = /^packages\/(\w+)\//.exec(page) ?? [];
	const frameworks: Record<string, string> = { tsx: "react", svelte: "svelte", vue: "vue" };
	const framework = frameworks[language];
	const packages = [own, framework, "core", "client"].filter((name) => name !== undefined);
	return [
		join(GIVEN, "names.ts"),
		...(framework ? [join(GIVEN, `${framework}.ts`)] : []),
		...packages.map((name) => `@better-auth-bsky/${name}`),
		"@better-auth-bsky/client/agent",
		"@better-auth-bsky/elements/server",
	];
}

/** What can be imported from each module that `doors.ts` lists. */
function exportsByDoor(): Map<string, Set<string>> {
	const program = programOf([]);
	const checker = program.getTypeChecker();
	const found = new Map<string, Set<string>>();
	for (const statement of program.getSourceFile(DOORS)?.statements ?? []) {
		if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
		if (!ts.isStringLiteral(statement.moduleSpecifier)) continue;
		const { text } = statement.moduleSpecifier;
		const symbol = checker.getSymbolAtLocation(statement.moduleSpecifier);
		const names = symbol ? checker.getExportsOfModule(symbol).map(({ name }) => name) : [];
		found.set(text.startsWith(".") ? join(GIVEN, text) : text, new Set(names));
	}
	return found;
}

function findings(program: ts.Program, file: SnippetFile): Finding[] {
	const source = program.getSourceFile(file.path);
	if (!source) return [{ page: file.page, line: file.line, message: "It isn't in the program." }];
	const all = [
		...program.getSyntacticDiagnostics(source),
		...program.getSemanticDiagnostics(source),
	];
	return all.flatMap((diagnostic) => {
		if (file.isExcerpt && diagnostic.code === RETURN_OUTSIDE) return [];
		const text = diagnostic.file?.text ?? "";
		if (isGenerated(text, diagnostic.start ?? 0)) return [];
		const { line } = ts.getLineAndCharacterOfPosition(
			diagnostic.file ?? source,
			diagnostic.start ?? 0,
		);
		const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
		const at = text.split("\n")[line]?.trim();
		return [
			{
				page: file.page,
				line: lineOnPage(file, line + 1),
				message: `TS${diagnostic.code}: ${message}\n    ${at}`,
			},
		];
	});
}

/** svelte2tsx marks what it has made up. */
const isGenerated = (text: string, position: number): boolean => {
	const before = text.slice(0, position);
	return before.lastIndexOf("/*Ωignore_startΩ*/") > before.lastIndexOf("/*Ωignore_endΩ*/");
};
