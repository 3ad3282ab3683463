import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

/** What a guide says to write compiles as it stands. */

const DOCS = join(import.meta.dirname, "../../../docs");
const PAGES = ["from-elsewhere.md", "hosts.md"];

/** What the code of a guide takes for granted. */
const QUERY = "export declare function query<T>(sql: string): Promise<T[]>;";

const SNIPPET = /^```ts\n\/\/ (\S+)\n(.*?)^```$/gms;

/** The files of a page, each `auth.ts` with what follows it in a folder of its own, in memory alone. */
function filesOf(page: string): Map<string, string> {
	const files = new Map<string, string>();
	let folder = "";
	for (const [, name = "", code = ""] of readFileSync(join(DOCS, page), "utf8").matchAll(SNIPPET)) {
		if (name === "auth.ts") folder = join(import.meta.dirname, `${page}-${files.size}`);
		files.set(join(folder, "query.ts"), QUERY);
		files.set(join(folder, name), code);
	}
	return files;
}

const OPTIONS: ts.CompilerOptions = {
	target: ts.ScriptTarget.ES2023,
	lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
	module: ts.ModuleKind.ESNext,
	moduleResolution: ts.ModuleResolutionKind.Bundler,
	types: ["node"],
	strict: true,
	noEmit: true,
	skipLibCheck: true,
	allowImportingTsExtensions: true,
	paths: { "@better-auth-bsky/core": [join(import.meta.dirname, "../src/index.ts")] },
};

test("every file of every guide", { timeout: 120_000 }, () => {
	const files = new Map(PAGES.flatMap((page) => [...filesOf(page)]));
	expect(files.size).toBeGreaterThan(PAGES.length * 2);
	const host = ts.createCompilerHost(OPTIONS);
	const { fileExists, readFile } = host;
	host.fileExists = (path) => files.has(path) || fileExists(path);
	host.readFile = (path) => files.get(path) ?? readFile(path);
	// Folders that aren't there are not looked into otherwise.
	host.directoryExists = () => true;
	const program = ts.createProgram([...files.keys()], OPTIONS, host);
	const mistakes = [...files.keys()].flatMap((path) => {
		const file = program.getSourceFile(path);
		return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
			({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
		);
	});
	expect(mistakes).toEqual([]);
});
