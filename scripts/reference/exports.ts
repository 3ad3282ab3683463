import ts from "typescript";
import { docsOf } from "./docs.ts";
import type { Door, Package } from "./doors.ts";

/** Something that a package exports, and that is its own. */
export interface Export {
	name: string;
	door: string;
	symbol: ts.Symbol;
	text: string;
	/** What there is at run time; the others are types. */
	isValue: boolean;
	/** Of a type: how it is declared. */
	definition?: string;
}

/** All that a package exports of its own, each once, by the first of its doors. */
export function exportsOf({ doors, folder }: Package, program: ts.Program): Map<string, Export> {
	const found = new Map<string, Export>();
	for (const door of doors)
		for (const each of exportsOfDoor(door, folder, program))
			if (!found.has(each.name)) found.set(each.name, each);
	return found;
}

function exportsOfDoor({ path, file }: Door, folder: string, program: ts.Program): Export[] {
	const checker = program.getTypeChecker();
	const source = program.getSourceFile(file);
	const module = source && checker.getSymbolAtLocation(source);
	// A door that only runs something exports nothing.
	return (module ? checker.getExportsOfModule(module) : []).flatMap((exported) => {
		const isAlias = exported.flags & ts.SymbolFlags.Alias;
		const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
		const [declaration] = symbol.declarations ?? [];
		if (!declaration?.getSourceFile().fileName.startsWith(`${folder}/`)) return [];
		const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0;
		const { text } = docsOf(symbol, checker);
		const definition = isValue ? {} : { definition: declaration.getText() };
		return [{ name: exported.name, door: path, symbol, text, isValue, ...definition }];
	});
}

/** What calling something takes and gives. */
export interface Call {
	parameters: ts.Type[];
	result: ts.Type;
}

export function callOf({ symbol }: Pick<Export, "symbol">, checker: ts.TypeChecker): Call | null {
	const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
	if (!signature) return null;
	const parameters = signature.parameters.map((each) =>
		checker.getNonNullableType(checker.getTypeOfSymbol(each)),
	);
	return { parameters, result: signature.getReturnType() };
}
