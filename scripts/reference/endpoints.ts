import { atprotoAuth } from "@better-auth-bsky/core";
import ts from "typescript";
import { at, stringAt } from "./at.ts";
import { docsOf } from "./docs.ts";
import { printType } from "./members.ts";

/** An endpoint of the server plugin. */
export interface Endpoint {
	/** Its name in `auth.api`. */
	name: string;
	method: string;
	/** Under better-auth's base path; none where only the server can call it. */
	path?: string;
	text: string;
	/** The body or the query. */
	takes?: string;
	gives?: string;
	/** How many requests a visitor may make. */
	limit?: { max: number; seconds: number };
}

/** @param plugin the type of what `atprotoAuth()` gives */
export function readEndpoints(plugin: ts.Type, checker: ts.TypeChecker): Endpoint[] {
	const { endpoints, rateLimit } = atprotoAuth();
	return Object.entries(endpoints).map(([name, endpoint]) => {
		const path = stringAt(endpoint, "path");
		const method = [at(endpoint, "options", "method") ?? ""].flat().join(" or ");
		if (!path) return { name, method, ...serverOnly(name, plugin, checker) };
		// Of one with a parameter, the app says the limit.
		const rule = path.includes(":")
			? undefined
			: rateLimit.find(({ pathMatcher }) => pathMatcher(path));
		const openapi = at(endpoint, "options", "metadata", "openapi");
		return {
			name,
			method,
			path,
			text: stringAt(openapi, "description") ?? "",
			takes: takes(at(endpoint, "options"), openapi),
			gives: gives(openapi),
			limit: rule && { max: rule.max, seconds: rule.window },
		};
	});
}

/** What has no path has no OpenAPI either: there, the function that makes it says what it is. */
function serverOnly(name: string, plugin: ts.Type, checker: ts.TypeChecker) {
	const endpoints = plugin.getProperty("endpoints");
	const symbol = endpoints && checker.getTypeOfSymbol(endpoints).getProperty(name);
	const declaration = symbol?.valueDeclaration;
	const made = declaration && ts.isPropertyAssignment(declaration) && declaration.initializer;
	if (!symbol || !made || !ts.isCallExpression(made)) return { text: "" };
	const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
	const [input] = signature?.parameters ?? [];
	const maker = checker.getSymbolAtLocation(made.expression);
	const origin =
		maker && maker.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(maker) : maker;
	return {
		text: origin ? docsOf(origin, checker).text : "",
		takes: input && printType(checker.getTypeOfSymbol(input), checker),
		gives: signature && printType(signature.getReturnType(), checker),
	};
}

const JSON_CONTENT = ["content", "application/json", "schema"];

function takes(options: unknown, openapi: unknown): string | undefined {
	const documented = at(openapi, "requestBody", ...JSON_CONTENT);
	return shape(documented ?? jsonSchema(at(options, "body")) ?? jsonSchema(at(options, "query")));
}

function gives(openapi: unknown): string | undefined {
	const answers = Object.values(Object(at(openapi, "responses")));
	const [answer] = answers;
	return shape(at(answer, ...JSON_CONTENT)) ?? stringAt(answer, "description");
}

/** What zod says of itself: https://standardschema.dev/json-schema */
function jsonSchema(schema: unknown): unknown {
	const convert = at(schema, "~standard", "jsonSchema", "input");
	if (typeof convert !== "function") return undefined;
	return { required: [], ...convert({ target: "draft-2020-12" }) };
}

/** The names of an object's properties, as TypeScript would write them. */
function shape(schema: unknown): string | undefined {
	const items = at(schema, "items");
	if (items) return `${shape(items) ?? at(items, "type")}[]`;
	const properties: Record<string, unknown> = Object(at(schema, "properties"));
	const required = at(schema, "required");
	const names = Object.entries(properties).map(([name, inner]) => {
		const isRequired = !Array.isArray(required) || required.includes(name);
		const nested = shape(inner);
		return name + (isRequired ? "" : "?") + (nested ? `: ${nested}` : "");
	});
	return names.length > 0 ? `{ ${names.join(", ")} }` : undefined;
}
