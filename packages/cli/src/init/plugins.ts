import type { ArrayExpression, Node, ObjectExpression } from "@babel/types";
import { property, type Source } from "./source.ts";

/** They hand cookies to the framework, and see only those of the plugins in front of them. */
const LAST = /(?:Cookies|customSession)$/;

/**
 * Adds a plugin to the options of `betterAuth()` or `createAuthClient()`.
 *
 * @returns false where they are written in a way that isn't understood
 */
export function addPlugin(source: Source, options: ObjectExpression, plugin: string): boolean {
	const plugins = pluginsOf(source, options);
	if (plugins === "none") {
		const lines = plugin.includes("\n")
			? `plugins: [\n\t${plugin.replaceAll("\n", "\n\t")},\n]`
			: `plugins: [${plugin}]`;
		return source.add(options, options.properties.length, lines);
	}
	if (!plugins) return false;
	const rest = plugins.elements.findLastIndex((element) => !isLast(source, element));
	return source.add(plugins, rest + 1, plugin);
}

/** Whether it is one of them, be it by a condition or by another name. */
function isLast(source: Source, element: Node | null): boolean {
	const node = source.valueOf(element?.type === "SpreadElement" ? element.argument : element);
	switch (node?.type) {
		case "CallExpression":
			return node.callee.type === "Identifier" && LAST.test(node.callee.name);
		case "ConditionalExpression":
			return isLast(source, node.consequent) || isLast(source, node.alternate);
		case "LogicalExpression":
			return isLast(source, node.left) || isLast(source, node.right);
		case "ArrayExpression":
			return node.elements.some((each) => isLast(source, each));
		default:
			return false;
	}
}

function pluginsOf(
	source: Source,
	options: ObjectExpression,
): ArrayExpression | "none" | undefined {
	if (options.properties.some((each) => each.type === "ObjectProperty" && each.computed)) {
		return undefined;
	}
	const own = property(options, "plugins");
	if (own) {
		const value = source.valueOf(own.value);
		return value?.type === "ArrayExpression" ? value : undefined;
	}
	for (const each of options.properties.toReversed()) {
		if (each.type === "ObjectMethod") return undefined;
		if (each.type !== "SpreadElement") continue;
		const value = source.valueOf(each.argument);
		if (value?.type !== "ObjectExpression") return undefined;
		const plugins = pluginsOf(source, value);
		if (plugins !== "none") return plugins;
	}
	return "none";
}
