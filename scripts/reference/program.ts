import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import ts from "typescript";
import type { Package } from "./doors.ts";
import { moduleOfSvelte } from "./svelte.ts";

/** Large, slow to read, and never more than a name in what we document. */
const LEFT_OUT = /^@atproto|^@did-plc|^kysely$/;

/** The types of all packages, read from their public doors. */
export function readTypes(packages: readonly Package[]): ts.Program {
	const { config } = ts.readConfigFile(join(ROOT, "tsconfig.base.json"), ts.sys.readFile);
	const options: ts.CompilerOptions = {
		...ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options,
		lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
		jsx: ts.JsxEmit.ReactJSX,
		module: ts.ModuleKind.ESNext,
		moduleResolution: ts.ModuleResolutionKind.Bundler,
		types: [],
	};
	const host = withSvelte(ts.createCompilerHost(options));
	host.resolveModuleNameLiterals = (literals, file, redirected, settings) =>
		literals.map(({ text }) =>
			LEFT_OUT.test(text)
				? { resolvedModule: undefined }
				: ts.resolveModuleName(text, file, settings, host, undefined, redirected),
		);
	const doors = packages.flatMap((each) => each.doors.map(({ file }) => file));
	return ts.createProgram(doors, options, host);
}

/** TypeScript looks for `x.svelte.ts` where `x.svelte` is imported: there it finds the component. */
function withSvelte(host: ts.CompilerHost): ts.CompilerHost {
	const { fileExists, readFile } = host;
	const component = (file: string) => {
		const source = file.endsWith(".svelte.ts") ? file.slice(0, -".ts".length) : undefined;
		return source && existsSync(source) ? source : undefined;
	};
	host.fileExists = (file) => component(file) !== undefined || fileExists(file);
	host.readFile = (file) => {
		const source = component(file);
		return source ? moduleOfSvelte(readFileSync(source, "utf8")) : readFile(file);
	};
	return host;
}
