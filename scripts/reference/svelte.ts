/**
 * A Svelte component as TypeScript sees it from outside: what its module exports, and as the
 * default a `Component` of its props.
 */
export function moduleOfSvelte(source: string): string {
	const [, module = ""] = /<script\b[^>]*\bmodule\b[^>]*>(.*?)<\/script>/s.exec(source) ?? [];
	const [, instance = ""] = /<script\b(?![^>]*\bmodule\b)[^>]*>(.*?)<\/script>/s.exec(source) ?? [];
	const [, doc = ""] = /<!--\s*@component\s*(.*?)\s*-->/s.exec(source) ?? [];
	const [, props = "object"] = /:\s*(\w+)\s*=\s*\$props\(\)/.exec(instance) ?? [];
	const bindable = [...instance.matchAll(/(\w+)\s*=\s*\$bindable\(/g)].map(([, name]) => name);
	return `${module}
import type { Component } from "svelte";
/** ${doc} */
declare const component: Component<${props}, object, ${JSON.stringify(bindable.join())}>;
export default component;
`;
}
