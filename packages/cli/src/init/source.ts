import { extname } from "node:path";
import { type ParserPlugin, parse } from "@babel/parser";
import type {
	ArrayExpression,
	CallExpression,
	ExportNamedDeclaration,
	File,
	ImportDeclaration,
	Node,
	ObjectExpression,
	ObjectProperty,
} from "@babel/types";
import { inStyle, type Style, styleOf } from "./style.ts";

type List = ArrayExpression | ObjectExpression;

/**
 * A file of the app's own, read as a tree and changed as text: what isn't added to stays as it is, to
 * the letter.
 */
export class Source {
	readonly path: string;
	readonly text: string;
	readonly style: Style;
	readonly #file: File;
	readonly #changes: { from: number; to: number; text: string }[] = [];

	constructor(path: string, text: string, file: File) {
		this.path = path;
		this.text = text;
		this.style = styleOf(text);
		this.#file = file;
	}

	/** Undefined for what can't be read as JavaScript or TypeScript. */
	static read(path: string, text: string): Source | undefined {
		try {
			return new Source(
				path,
				text,
				parse(text, { sourceType: "module", plugins: pluginsFor(path) }),
			);
		} catch {
			return undefined;
		}
	}

	get imports(): ImportDeclaration[] {
		return this.#file.program.body.filter((node) => node.type === "ImportDeclaration");
	}

	/** What something is called in this file, and the declaration that imports it. */
	imported(name: string, from: RegExp): { local: string; by: ImportDeclaration } | undefined {
		for (const by of this.imports) {
			if (!from.test(by.source.value)) continue;
			for (const each of by.specifiers) {
				if (each.type !== "ImportSpecifier" || each.imported.type !== "Identifier") continue;
				if (each.imported.name === name) return { local: each.local.name, by };
			}
		}
		return undefined;
	}

	/** Whether the file has something of that name at its top. */
	binds(name: string): boolean {
		const imported = this.imports.some((by) => by.specifiers.some((s) => s.local.name === name));
		return imported || new RegExp(`\\b(?:const|let|var|function|class) ${name}\\b`).test(this.text);
	}

	/** Whether something of that name is called, wherever it is from. */
	callsAny(name: string): boolean {
		return [...walk(this.#file.program)].some(
			(node) => node.type === "CallExpression" && nameOf(node.callee) === name,
		);
	}

	calls(name: string): CallExpression[] {
		return [...walk(this.#file.program)].filter(
			(node): node is CallExpression =>
				node.type === "CallExpression" &&
				node.callee.type === "Identifier" &&
				node.callee.name === name,
		);
	}

	/** What the file exports by default. */
	defaultExport(): Node | undefined {
		const node = this.#file.program.body.find((each) => each.type === "ExportDefaultDeclaration");
		return this.valueOf(node?.declaration);
	}

	/** What an expression is: of a `const` of this file's top its value, without its types. */
	valueOf(node: Node | null | undefined): Node | undefined {
		if (!node) return undefined;
		if (node.type === "TSAsExpression" || node.type === "TSSatisfiesExpression") {
			return this.valueOf(node.expression);
		}
		if (node.type !== "Identifier") return node;
		return this.#isBoundOnce(node.name) ? this.valueOf(this.#constant(node.name)) : undefined;
	}

	/** Whether a name means the same all over the file: no function has another thing by it. */
	#isBoundOnce(name: string): boolean {
		let bound = 0;
		for (const node of walk(this.#file.program)) {
			const patterns =
				node.type === "VariableDeclarator" ? [node.id] : "params" in node ? [node.params] : [];
			for (const pattern of patterns.flat()) {
				if (isNode(pattern) && [...walk(pattern)].some((each) => isNamedId(each, name))) bound++;
			}
		}
		return bound < 2;
	}

	#constant(name: string): Node | undefined {
		for (const node of this.#file.program.body) {
			const statement = node.type === "ExportNamedDeclaration" ? node.declaration : node;
			if (statement?.type !== "VariableDeclaration" || statement.kind !== "const") continue;
			for (const { id, init } of statement.declarations) {
				if (id.type === "Identifier" && id.name === name) return init ?? undefined;
			}
		}
		return undefined;
	}

	/** How the file hands a `const` of its own on: by name, by default, or not at all. */
	exportOf(isWanted: (value: Node) => boolean): { name: string } | "default" | undefined {
		for (const node of this.#file.program.body) {
			if (node.type !== "ExportNamedDeclaration") continue;
			for (const [name, value] of exported(node)) {
				const found = this.valueOf(value);
				if (found && isWanted(found)) return { name };
			}
		}
		const value = this.defaultExport();
		return value && isWanted(value) ? "default" : undefined;
	}

	/** Adds a line of imports below another one. */
	addImport(line: string, below: ImportDeclaration): void {
		const { end } = span(below);
		const [rest = ""] = COMMENTS.exec(this.text.slice(end)) ?? [];
		this.#change(end + rest.length, end + rest.length, `\n${inStyle(line, this.style)}`);
	}

	/** Gives a call that has no argument its first one. */
	addArgument(call: CallExpression, text: string): void {
		const { end } = span(call);
		this.#change(end - 1, end - 1, inStyle(text, this.style));
	}

	/**
	 * Puts one more item into a list, in front of the one that is there.
	 *
	 * @param item in the style of the documentation
	 * @returns false where the list is written in a way that leaves no sure place
	 */
	add(list: List, index: number, item: string): boolean {
		const all: (Node | null)[] = list.type === "ArrayExpression" ? list.elements : list.properties;
		const nodes = all.filter((node) => node !== null);
		if (nodes.length < all.length) return false;
		const text = inStyle(item, { ...this.style, eol: "\n" });
		if (!this.#slice(list).includes("\n")) return this.#addInLine(list, nodes, index, text);
		const next = nodes[index];
		const previous = nodes[index - 1];
		if (!next) return previous ? this.#addBelow(previous, text) : this.#addAlone(list, text);
		return this.#addAbove(next, previous?.loc?.end.line ?? list.loc?.start.line ?? 0, text);
	}

	#addInLine(list: List, nodes: Node[], index: number, item: string): boolean {
		const { start, end } = span(list);
		const texts = nodes.map((node) => this.#slice(node));
		const between = texts.reduce((rest, text) => rest.replace(text, ""), this.#slice(list));
		// Nothing but items: no comment gets lost.
		if (!/^[[{][\s,]*[\]}]$/.test(between)) return false;
		const all = texts.toSpliced(index, 0, item);
		const [open, gap, close] = list.type === "ArrayExpression" ? ["[", "", "]"] : ["{", " ", "}"];
		if (!item.includes("\n")) {
			return this.#change(start, end, `${open}${gap}${all.join(", ")}${gap}${close}`);
		}
		const lines = indent(`\n${all.join(",\n")}`, this.style.unit);
		const text = `${open}${lines}${this.style.trailingComma ? "," : ""}\n${close}`;
		return this.#change(start, end, indent(text, this.#indentation(start)));
	}

	/** Below the comments of a list that has nothing else. */
	#addAlone(list: List, item: string): boolean {
		const close = span(list).end - 1;
		const [gap] = /\r?\n[ \t]*$/.exec(this.text.slice(0, close)) ?? [];
		if (gap === undefined) return false;
		const comma = this.style.trailingComma ? "," : "";
		const line = indent(`\n${item}${comma}`, this.#indentation(close) + this.style.unit);
		return this.#change(close - gap.length, close - gap.length, line);
	}

	#addBelow(last: Node, item: string): boolean {
		const { start, end } = span(last);
		const [comma] =
			/^(?:\s|\/\/.*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*,/.exec(this.text.slice(end)) ?? [];
		const after = end + (comma?.length ?? 0);
		const [rest = ""] = COMMENTS.exec(this.text.slice(after)) ?? [];
		if (!comma) this.#change(end, end, ",");
		const line = indent(`\n${item}${comma ? "," : ""}`, this.#indentation(start));
		return this.#change(after + rest.length, after + rest.length, line);
	}

	/** Above an item and the comments that are about it. */
	#addAbove(next: Node, previousLine: number, item: string): boolean {
		const lineOf = ({ loc }: Pick<Node, "loc">) => loc?.start.line ?? 0;
		const first = next.leadingComments?.find((comment) => lineOf(comment) > previousLine) ?? next;
		const at = first.start ?? 0;
		const indentation = this.#indentation(at);
		if (lineOf(first) <= previousLine) {
			// A comment in between may be about either.
			if (next.leadingComments) return false;
			return this.#change(at, at, `${indent(item, indentation)}, `);
		}
		return this.#change(at, at, `${indent(item, indentation)},\n${indentation}`);
	}

	/** The file with all that was added; undefined if that were no file any more. */
	get edited(): string | undefined {
		// From the end on; of two at one place the later one stands behind the other.
		const text = this.#changes
			.toReversed()
			.toSorted((a, b) => b.from - a.from)
			.reduce(
				(text, { from, to, text: by }) => text.slice(0, from) + by + text.slice(to),
				this.text,
			);
		return Source.read(this.path, text) && text;
	}

	#change(from: number, to: number, text: string): true {
		this.#changes.push({ from, to, text: text.replace(/\r?\n/g, this.style.eol) });
		return true;
	}

	#slice(node: Node): string {
		const { start, end } = span(node);
		return this.text.slice(start, end);
	}

	/** The blanks that the line of a place begins with. */
	#indentation(at: number): string {
		return /^[ \t]*/.exec(this.text.slice(this.text.lastIndexOf("\n", at - 1) + 1))?.[0] ?? "";
	}
}

/** What is behind something in its line, if nothing but comments is. */
const COMMENTS = /^[ \t]*(?:\/\*(?:[^*\n]|\*(?!\/))*\*\/[ \t]*)*(?:\/\/.*)?(?=\r?\n|$)/;

/** `name`, or that of `something.name`. */
function nameOf(node: Node): string | undefined {
	const last = node.type === "MemberExpression" ? node.property : node;
	return last.type === "Identifier" ? last.name : undefined;
}

/** A property of an object that is written there by its name. */
export function property(object: ObjectExpression, name: string): ObjectProperty | undefined {
	return object.properties.findLast(
		(each): each is ObjectProperty => each.type === "ObjectProperty" && isNamed(each, name),
	);
}

const isNamedId = (node: Node, name: string) => node.type === "Identifier" && node.name === name;

const isNamed = ({ computed, key }: ObjectProperty, name: string) =>
	!computed &&
	((key.type === "Identifier" && key.name === name) ||
		(key.type === "StringLiteral" && key.value === name));

/** What a declaration exports, by the names that others see. */
function exported(node: ExportNamedDeclaration): [name: string, value: Node | null | undefined][] {
	if (node.declaration?.type === "VariableDeclaration") {
		return node.declaration.declarations.flatMap(({ id, init }) =>
			id.type === "Identifier" ? [[id.name, init]] : [],
		);
	}
	return node.specifiers.flatMap((each) =>
		each.type === "ExportSpecifier" && each.exported.type === "Identifier"
			? [[each.exported.name, each.local]]
			: [],
	);
}

function* walk(node: Node): Generator<Node> {
	yield node;
	for (const value of Object.values(node)) {
		for (const child of [value].flat()) if (isNode(child)) yield* walk(child);
	}
}

const isNode = (value: unknown): value is Node =>
	/^(?!Comment)[A-Z]/.test(String(Object(value).type)) && typeof Object(value).start === "number";

function pluginsFor(path: string): ParserPlugin[] {
	const extension = extname(path);
	if (/^\.[mc]?ts$/.test(extension)) return ["typescript", "decorators"];
	return extension === ".tsx" ? ["typescript", "jsx", "decorators"] : ["jsx", "decorators"];
}

const indent = (text: string, by: string) => text.replace(/\n(?!\n|$)/g, `\n${by}`);

const span = ({ start, end }: Node) => ({ start: start ?? 0, end: end ?? 0 });
