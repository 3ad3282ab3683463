import { mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Published } from "@better-auth-bsky/tools/pack";

/** What the code of the README takes for granted where it is an excerpt. */
const IMPORTS: [RegExp, string][] = [
	[/\bbetterAuth\(/, 'import { betterAuth } from "better-auth";'],
	[/\batprotoAuth\(/, 'import { atprotoAuth } from "better-auth-atproto";'],
	[/\bauthClient\./, 'import { authClient } from "./auth-client.ts";'],
];

/** The files of the README, by name. */
async function quickStart(): Promise<Record<string, string>> {
	const text = await readFile(new URL("quick-start.txt", import.meta.url), "utf8");
	const files: Record<string, string> = {};
	for (const [, name = "", code = ""] of text.matchAll(/^## (\S+)\n\n```ts\n(.*?)^```$/gms)) {
		const imports = IMPORTS.filter(([use]) => !/^import /m.test(code) && use.test(code));
		files[name] = [...imports.map(([, line]) => line), "export {};", "", code].join("\n");
	}
	return files;
}

const TSCONFIG = {
	compilerOptions: {
		target: "es2023",
		lib: ["es2023", "dom"],
		module: "nodenext",
		types: ["node"],
		strict: true,
		// Our declarations are checked too, not only used.
		skipLibCheck: false,
		declaration: true,
		rewriteRelativeImportExtensions: true,
		outDir: "out",
	},
	include: ["*.ts"],
};

/** An empty project of its own with the code of the README; nothing is installed yet. */
export async function writeProject(
	folder: string,
	dependencies: Record<string, string>,
): Promise<string> {
	await mkdir(folder, { recursive: true });
	const root = await realpath(folder);
	const files: Record<string, string> = {
		...(await quickStart()),
		"package.json": JSON.stringify({ private: true, type: "module", dependencies }),
		"tsconfig.json": JSON.stringify(TSCONFIG),
	};
	for (const name of ["app.mjs", "browser.mjs", "local-network.mjs", "production.mjs"]) {
		files[name] = await readFile(new URL(`project/${name}`, import.meta.url), "utf8");
	}
	for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content);
	return root;
}

/** What the project asks for, with our packages as tarballs. */
export function dependencies(tarballs: Record<Published, string>): Record<string, string> {
	return {
		"@types/node": "24",
		"better-auth": "^1.7.3",
		"better-auth-atproto": `file:${tarballs["better-auth-bsky"]}`,
		"better-auth-bsky": `file:${tarballs["better-auth-bsky"]}`,
		typescript: "6.0.3",
		"typescript-7": "npm:typescript@7",
	};
}

/** The tarballs that the one above asks a registry for by name. */
export function indirect(tarballs: Record<Published, string>): Record<string, string> {
	return {
		"@better-auth-bsky/client": `file:${tarballs.client}`,
		"@better-auth-bsky/core": `file:${tarballs.core}`,
	};
}
