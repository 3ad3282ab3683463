import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@better-auth-bsky/tools/run";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

/**
 * The packages' own type tests against what is published, with each TypeScript and each way to resolve
 * modules that is in use: node10, which TypeScript 6 gives up, has never read `exports`.
 */

const TYPESCRIPT = { "5.9": "5.9.3", "6": "6.0.3", "7": "7.0.2" } as const;

/** A package's type test, by the names that its imports have outside of the workspace. */
const TESTS: Record<string, { file: string; names: Record<string, string> }> = {
	"server.ts": {
		file: "better-auth-bsky/test/types.test-d.ts",
		names: { client: "better-auth-bsky/client", index: "better-auth-bsky" },
	},
	"client.ts": {
		file: "client/test/types.test-d.ts",
		names: {
			"agent/index": "@better-auth-bsky/client/agent",
			index: "@better-auth-bsky/client",
		},
	},
	"clients.ts": {
		file: "client/test/client-types.test-d.ts",
		names: {
			index: "@better-auth-bsky/client",
			"sign-in/index": "@better-auth-bsky/client/sign-in",
		},
	},
	"react.tsx": {
		file: "react/test/types.test-d.tsx",
		names: { index: "@better-auth-bsky/react" },
	},
	"vue.ts": { file: "vue/test/types.test-d.ts", names: { index: "@better-auth-bsky/vue" } },
	"elements.ts": {
		file: "elements/test/types.test-d.ts",
		names: {
			index: "@better-auth-bsky/elements",
			server: "@better-auth-bsky/elements/server",
		},
	},
	"svelte.ts": {
		file: "svelte/test/types.test-d.ts",
		names: { index: "@better-auth-bsky/svelte" },
	},
};
const FILES = Object.keys(TESTS);
// TypeScript finds a `.svelte.d.ts` by a bundler's rules alone.
const WITHOUT_SVELTE = FILES.filter((file) => file !== "svelte.ts");

const RESOLUTIONS = [
	{ module: "nodenext", moduleResolution: "nodenext", files: WITHOUT_SVELTE },
	{ module: "node16", moduleResolution: "node16", files: WITHOUT_SVELTE },
	{ module: "preserve", moduleResolution: "bundler", files: FILES },
];

let root: string;

beforeAll(async () => {
	const tarballs = inject("tarballs");
	root = await realpath(await mkdtemp(join(tmpdir(), "better-auth-bsky-types-")));
	const dependencies: Record<string, string> = {
		...(await versionsOf("client", ["@atcute/client", "@atproto/api", "@atproto/lex-client"])),
		...(await versionsOf("client", ["better-auth", "solid-js", "svelte", "vue"])),
		...(await versionsOf("client", ["@types/react", "react", "react-dom"])),
		"@types/node": "24",
		"better-auth-bsky": `file:${tarballs["better-auth-bsky"]}`,
		"expect-type": "^1.3.0",
	};
	for (const name of ["core", "client", "react", "svelte", "vue", "elements"] as const) {
		dependencies[`@better-auth-bsky/${name}`] = `file:${tarballs[name]}`;
	}
	for (const [name, version] of Object.entries(TYPESCRIPT)) {
		dependencies[`typescript-${name}`] = `npm:typescript@${version}`;
	}
	const manifest = { private: true, type: "module", dependencies };
	await writeFile(join(root, "package.json"), JSON.stringify(manifest));
	for (const name of FILES) await writeFile(join(root, name), await outside(name));
	await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each(Object.keys(TYPESCRIPT))(
	"TypeScript %s, with exact optional properties",
	(version) => {
		test.each(RESOLUTIONS)(
			"resolves as $moduleResolution does",
			async ({ files, module, moduleResolution }) => {
				const compilerOptions = { ...OPTIONS, module, moduleResolution };
				const config = join(root, `tsconfig.${version}-${moduleResolution}.json`);
				await writeFile(config, JSON.stringify({ compilerOptions, files }));
				expect(await typeErrors(version, config)).toEqual([]);
			},
			600_000,
		);
	},
);

const OPTIONS = {
	target: "es2023",
	lib: ["es2023", "dom", "dom.iterable"],
	jsx: "react-jsx",
	types: ["node"],
	strict: true,
	exactOptionalPropertyTypes: true,
	noUncheckedIndexedAccess: true,
	verbatimModuleSyntax: true,
	// Our declarations are looked into as well.
	skipLibCheck: false,
	noEmit: true,
};

/** What TypeScript says of the tests and of our declarations. Those of others are theirs. */
async function typeErrors(version: string, config: string): Promise<string[]> {
	const tsc = join(root, "node_modules", `typescript-${version}`, "bin", "tsc");
	const output = await run(process.execPath, [tsc, "-p", config], root).catch(
		({ message }) => message,
	);
	const errors = String(output).match(/^.*error TS\d+.*$/gm) ?? [];
	const others = /^node_modules\/(?!@?better-auth-bsky\/)/;
	return errors.filter((error) => !others.test(error));
}

/** A type test as it reads outside of the workspace. */
async function outside(name: string): Promise<string> {
	const { file = "", names = {} } = TESTS[name] ?? {};
	const code = await readFile(join(ROOT, "packages", file), "utf8");
	return code
		.replace(/"\.\.\/src\/(.+?)\.ts"/g, (_, path) => {
			const outer = names[path];
			if (!outer) throw new Error(`${file} imports ${path}.`);
			return JSON.stringify(outer);
		})
		.replace(
			'import { expectTypeOf, test } from "vitest";',
			'import { expectTypeOf } from "expect-type";\ndeclare function test(what: string, body: () => unknown): void;',
		);
}

/** Dependencies of a package of the workspace, by the versions that it is tried with. */
async function versionsOf(name: string, dependencies: string[]): Promise<Record<string, string>> {
	const folder = join(ROOT, "packages", name, "node_modules");
	const versions: Record<string, string> = {};
	for (const each of dependencies) {
		const manifest = JSON.parse(await readFile(join(folder, each, "package.json"), "utf8"));
		versions[each] = manifest.version;
	}
	return versions;
}
