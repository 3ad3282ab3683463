import ts from "typescript";
import { type Docs, docsOf } from "./docs.ts";

/** A property of something public: an option, a prop, what a hook gives. */
export interface Member extends Docs {
	name: string;
	type: string;
	optional: boolean;
}

/**
 * The properties of a type. Where one is a group of options itself, those follow as `name.inner`.
 */
export function membersOf(type: ts.Type, checker: ts.TypeChecker, path = ""): Member[] {
	return checker.getPropertiesOfType(type).flatMap((symbol): Member[] => {
		// Symbol.asyncDispose and its like.
		if (symbol.name.startsWith("__@")) return [];
		const member = memberOf(symbol, checker, path);
		const group = checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
		const isGroup = member.optional && /Options$/.test(group.symbol?.name ?? "");
		return isGroup ? membersOf(group, checker, `${member.name}.`) : [member];
	});
}

function memberOf(symbol: ts.Symbol, checker: ts.TypeChecker, path: string): Member {
	return {
		name: path + symbol.name,
		type: typeText(symbol, checker),
		optional: isOptional(symbol),
		...docsOf(symbol, checker),
	};
}

/** The type of a property: as its declaration writes it, where that is what it has here. */
function typeText(symbol: ts.Symbol, checker: ts.TypeChecker): string {
	const type = checker.getTypeOfSymbol(symbol);
	const declaration = symbol.declarations?.[0];
	if (declaration && ts.isMethodSignature(declaration)) {
		const parameters = declaration.parameters.map((each) => each.getText()).join(", ");
		return tidy(`(${parameters}) => ${declaration.type?.getText()}`);
	}
	const declared = declaration && ts.isPropertySignature(declaration) && declaration.type;
	const asDeclared =
		declared && (isLeftOut(type) || same(type, checker.getTypeFromTypeNode(declared)));
	if (!asDeclared) return printType(type, checker);
	const text = tidy(declared.getText());
	return isOptional(symbol)
		? text.replace(/ \| undefined$/, "").replace(/^\((.* => .*)\)$/, "$1")
		: text;
}

/** What is optional takes `undefined`, too: a table need not say so again. */
const isOptional = ({ flags }: ts.Symbol): boolean => (flags & ts.SymbolFlags.Optional) !== 0;

/** Of a package that isn't read, there is only the name. */
const isLeftOut = ({ flags }: ts.Type): boolean => (flags & ts.TypeFlags.Any) !== 0;

/** Whether two types are one, apart from the `undefined` of what is optional. */
function same(one: ts.Type, other: ts.Type): boolean {
	const [ones, others] = [alternatives(one), alternatives(other)];
	return ones.length === others.length && ones.every((type) => others.includes(type));
}

const alternatives = (type: ts.Type): ts.Type[] =>
	(type.isUnion() ? type.types : [type]).filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));

/** A type as a person would write it. */
export const printType = (type: ts.Type, checker: ts.TypeChecker): string =>
	abridge(literals(type) ?? tidy(checker.typeToString(type, undefined, FORMAT)));

/** TypeScript has `"a" | "b"` in the order in which it met them, which any file may change. */
const literals = (type: ts.Type): string | undefined =>
	type.isUnion() && !type.aliasSymbol && type.types.every((each) => each.isStringLiteral())
		? type.types
				.map(({ value }) => JSON.stringify(value))
				.sort()
				.join(" | ")
		: undefined;

/** Of an object that nobody gave a name, a table has no room for all that is in it. */
const abridge = (text: string): string =>
	text.length > 100 ? text.replace(/\{.*\}/, "{ … }") : text;

const FORMAT =
	ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

const tidy = (text: string): string => text.replace(/\s+/g, " ").replace(/^\| /, "");
