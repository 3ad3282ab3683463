import ts from "typescript";
import { AMBIENT, completeFiles, OPTIONS, resolverOf } from "./check.ts";
import { codeAt, type SnippetFile } from "./files.ts";
import type { Page } from "./pages.ts";

/** What an editor shows over a name. */
export interface Hover {
	/** Where the name begins in its block of code, in characters from 0. */
	start: number;
	name: string;
	/** Its signature, as TypeScript. */
	signature: string;
	/** What its docstring says, as Markdown. */
	text: string;
}

/** More of a signature than this is no help to a reader. */
const LONGEST = 240;

/**
 * What an editor shows over each name of ours in the TypeScript of these pages, by a block's language
 * and code. Names of other libraries have documentation of their own.
 */
export function hoversOf(pages: readonly Page[]): Map<string, Hover[]> {
	const files = completeFiles(pages).filter(({ language }) => /^tsx?$/.test(language));
	const service = serviceFor(files);
	return new Map(files.map((file) => [keyOf(file.language, file.shown), hoversIn(service, file)]));
}

/** By what the hovers of a block are found. */
export const keyOf = (language: string, code: string): string => `${language}\n${code.trimEnd()}`;

function serviceFor(files: readonly SnippetFile[]): ts.LanguageService {
	const { fileExists, readFile, directoryExists, getDirectories, realpath } = ts.sys;
	const system = {
		fileExists,
		readFile,
		directoryExists,
		getDirectories,
		...(realpath && { realpath }),
	};
	return ts.createLanguageService({
		...system,
		getCompilationSettings: () => OPTIONS,
		getScriptFileNames: () => [...AMBIENT, ...files.map(({ path }) => path)],
		getScriptVersion: () => "1",
		getScriptSnapshot: (path) => {
			const text = ts.sys.readFile(path);
			return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
		},
		getCurrentDirectory: () => import.meta.dirname,
		getDefaultLibFileName: ts.getDefaultLibFilePath,
		resolveModuleNameLiterals: resolverOf(system),
	});
}

function hoversIn(service: ts.LanguageService, file: SnippetFile): Hover[] {
	const program = service.getProgram();
	const source = program?.getSourceFile(file.path);
	if (!program || !source) return [];
	const checker = program.getTypeChecker();
	const placeOf = codeAt(file);
	const hovers: Hover[] = [];
	const visit = (node: ts.Node) => {
		ts.forEachChild(node, visit);
		if (!ts.isIdentifier(node)) return;
		const start = placeOf(node.getStart(source));
		if (start === undefined || !isOurs(checker, node)) return;
		const info = service.getQuickInfoAtPosition(file.path, node.getStart(source));
		if (!info) return;
		const signature = ts.displayPartsToString(info.displayParts).replace(/^\(alias\) /, "");
		hovers.push({
			start,
			name: node.text,
			signature: shortened(signature.replace(/\nimport \w+$/, "")),
			text: ts.displayPartsToString(info.documentation),
		});
	};
	visit(source);
	return hovers;
}

/** Whether one of the packages declares it. */
function isOurs(checker: ts.TypeChecker, node: ts.Identifier): boolean {
	const symbol = memberAsked(checker, node) ?? checker.getSymbolAtLocation(node);
	if (!symbol) return false;
	const isAlias = symbol.flags & ts.SymbolFlags.Alias;
	const { declarations = [] } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
	return declarations.some((each) =>
		/\/packages\/[\w-]+\/(src|dist)\//.test(each.getSourceFile().fileName),
	);
}

/** For a key of an object: the member of the type that is asked for there. */
function memberAsked(checker: ts.TypeChecker, node: ts.Identifier): ts.Symbol | undefined {
	const { parent } = node;
	const isKey = ts.isObjectLiteralElementLike(parent) && parent.name === node;
	if (!isKey || !ts.isObjectLiteralExpression(parent.parent)) return undefined;
	const type = checker.getContextualType(parent.parent);
	return type && checker.getPropertyOfType(checker.getNonNullableType(type), node.text);
}

/** Without what is between braces, where all of it is long. */
function shortened(signature: string): string {
	const whole = signature.replace(/import\("[^"]+"\)\./g, "");
	if (whole.length <= LONGEST) return whole;
	let depth = 0;
	const outside = [...whole].filter((each) => {
		if (each === "}") depth--;
		const isOutside = depth === 0;
		if (each === "{") depth++;
		return isOutside;
	});
	// TypeScript itself may have cut it off, before a brace was closed.
	const short = outside.join("").replace(/\{\}?/g, "{ … }");
	return short.length > LONGEST ? `${short.slice(0, LONGEST)}…` : short;
}
