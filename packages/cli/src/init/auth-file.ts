import type { CallExpression, ImportDeclaration, ObjectExpression } from "@babel/types";
import { property, Source } from "./source.ts";

type Database = "drizzle" | "prisma" | "kysely" | "mongodb" | "other" | "none";

/** The file with `betterAuth()`. */
export interface AuthFile {
	path: string;
	text: string;
	/** How it is to be called; undefined where it isn't one plain call of what better-auth exports. */
	plain: PlainAuth | undefined;
	/** The name that other files import it by. */
	exported: { name: string } | "default" | undefined;
	/** Where it is mounted; undefined where that is no plain text. */
	basePath: string | undefined;
	database: Database;
}

export interface PlainAuth {
	source: Source;
	by: ImportDeclaration;
	options: ObjectExpression;
}

export function readAuthFile(path: string, text: string): AuthFile {
	const source = Source.read(path, text);
	const imported = source?.imported("betterAuth", /^better-auth(\/minimal)?$/);
	const calls = imported ? (source?.calls(imported.local) ?? []) : [];
	const [call] = calls;
	const options = source?.valueOf(call?.arguments[0]);
	const isPlain = source && imported && calls.length === 1 && options?.type === "ObjectExpression";
	const plain = isPlain ? { source, by: imported.by, options } : undefined;
	return {
		path,
		text,
		plain,
		exported: source && call ? exportedAs(source, call, text) : exportedByText(text),
		basePath: plain ? basePathOf(plain.options) : undefined,
		database: databaseOf(text),
	};
}

const exportedAs = (source: Source, call: CallExpression, text: string) =>
	source.exportOf((value) => value === call) ?? exportedByText(text);

/** Where it is made by something that isn't understood, its usual name will do. */
function exportedByText(text: string): AuthFile["exported"] {
	return /\bexport\s+const\s+auth\b(?!\s*=\s*(?:async\s*)?(?:\(|function))/.test(text)
		? { name: "auth" }
		: undefined;
}

/** As better-auth has it: a path of `baseURL` counts before `basePath`. */
function basePathOf(options: ObjectExpression): string | undefined {
	const url = property(options, "baseURL")?.value;
	const ofUrl = url?.type === "StringLiteral" ? trimmed(URL.parse(url.value)?.pathname ?? "") : "";
	if (ofUrl) return ofUrl;
	const path = property(options, "basePath");
	if (!path) return "/api/auth";
	return path.value.type === "StringLiteral" ? trimmed(path.value.value) : undefined;
}

const trimmed = (path: string) => path.replace(/^\/*(?=[^/])/, "/").replace(/\/+$/, "");

function databaseOf(text: string): Database {
	if (/\bdrizzleAdapter\s*\(/.test(text)) return "drizzle";
	if (/\bprismaAdapter\s*\(/.test(text)) return "prisma";
	if (/\bmongodbAdapter\s*\(/.test(text)) return "mongodb";
	if (/\b\w+Adapter\s*\(/.test(text)) return "other";
	return /\bdatabase\b/.test(text) ? "kysely" : "none";
}
