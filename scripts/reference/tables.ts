import { atprotoAuth } from "@better-auth-bsky/core";
import type ts from "typescript";
import { docsOf } from "./docs.ts";

/** A table, with the columns that the plugin adds. */
export interface Table {
	name: string;
	text: string;
	columns: Column[];
}

interface Column {
	name: string;
	/** With what holds for it: `string, unique`. */
	type: string;
	text: string;
}

/** @param plugin the type of what `atprotoAuth()` gives: its schema has the docstrings */
export function readTables(plugin: ts.Type, checker: ts.TypeChecker): Table[] {
	const inner = (of: ts.Type | undefined, name: string) => {
		const symbol = of?.getProperty(name);
		return {
			type: symbol && checker.getTypeOfSymbol(symbol),
			text: symbol ? docsOf(symbol, checker).text : "",
		};
	};
	const schema = inner(plugin, "schema").type;
	return Object.entries(atprotoAuth().schema).map(([name, { fields }]) => {
		const table = inner(schema, name);
		const documented = inner(table.type, "fields").type;
		const columns = Object.entries(fields).map(([column, field]: [string, Field]) => ({
			name: column,
			type: typeOf(field),
			text: inner(documented, column).text,
		}));
		return { name, text: table.text, columns };
	});
}

interface Field {
	type: string;
	bigint?: boolean;
	required?: boolean;
	unique?: boolean;
	index?: boolean;
	references?: { model: string; field: string; onDelete?: string };
}

const typeOf = ({ type, bigint, required, unique, index, references }: Field): string =>
	[
		bigint ? "bigint" : type,
		required === false && "may be null",
		unique && "unique",
		index && "indexed",
		references && `references ${references.model}.${references.field}`,
		references?.onDelete === "cascade" && "deleted with it",
	]
		.filter(Boolean)
		.join(", ");
