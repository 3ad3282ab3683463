import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type ts from "typescript";
import { docsOf } from "./docs.ts";

/** What a file has that no door exports. */
export function readInside(program: ts.Program) {
	const checker = program.getTypeChecker();
	function symbolIn(file: string, name: string): ts.Symbol {
		const source = program.getSourceFile(join(ROOT, "packages", file));
		const module = source && checker.getSymbolAtLocation(source);
		const found = module && checker.getExportsOfModule(module).find((each) => each.name === name);
		if (!found) throw new Error(`packages/${file} has no ${name}.`);
		return found;
	}
	return {
		typeIn: (file: string, name: string) => checker.getDeclaredTypeOfSymbol(symbolIn(file, name)),
		/** The docstring of a key of an object. */
		docsIn(file: string, object: string, key: string): string | undefined {
			const property = checker.getTypeOfSymbol(symbolIn(file, object)).getProperty(key);
			return property && docsOf(property, checker).text;
		},
	};
}
