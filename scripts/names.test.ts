import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PUBLISHED } from "@better-auth-bsky/tools/pack";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { expect, test } from "vitest";

/**
 * A name that a page tells people to install is one of ours, or of somebody who is meant: on a registry,
 * any other is whoever's came first.
 */

/** Whom our pages send people to. */
const OTHERS = [
	"@astrojs/check",
	"@astrojs/node",
	"@atproto/bsky",
	"@atproto/bsync",
	"@atproto/pds",
	"@better-auth/expo",
	"@hono/node-server",
	"@playwright/test",
	"@prisma/adapter-pg",
	"@prisma/client",
	"@react-router/dev",
	"@react-router/node",
	"@react-router/serve",
	"@tanstack/react-router",
	"@tanstack/react-start",
	"@types/bun",
	"@types/cors",
	"@types/express",
	"@types/node",
	"@types/pg",
	"@types/react",
	"@types/react-dom",
	"@vitejs/plugin-react",
	"astro",
	"auth",
	"better-auth",
	"cors",
	"create-expo-app",
	"create-next-app",
	"create-react-router",
	"drizzle-kit",
	"drizzle-orm",
	"expo",
	"express",
	"hono",
	"isbot",
	"nuxt",
	"pg",
	"pnpm",
	"prisma",
	"react",
	"react-dom",
	"react-router",
	"sv",
	"typescript",
	"vite",
	"vue",
	"vue-router",
	"vue-tsc",
	"wrangler",
];

const HERE = "@better-auth-bsky";
const OURS = PUBLISHED.map((folder) => `${HERE}/${folder}`);
/** What code may call a package of ours: names of others on a registry, so aliases alone. */
const ALIASES = ["better-auth-bsky", "better-auth-atproto"];

/** A command of ours is found where its package is installed, and is somebody else's anywhere else. */
const COMMANDS: Record<string, string> = { "bsky-devnet": `${HERE}/devnet` };

const PAGES = ["*.md", "{docs,.changeset,.github}/**/*.md", "{bench,examples/*,packages/*}/*.md"];
const COMMAND =
	/\b(?:(?:npm|pnpm|bun) (?:install|i|add)|(?:yarn|deno) add|npx|pnpx|bunx|(?:pnpm|yarn) dlx)((?: [^\s`#;&|<>"',]+)+)/g;
/** Options that have their value behind them. */
const WITH_VALUE = /^(-w|--workspace|--prefix|--filter)$/;

function installedBy(text: string): string[] {
	return [...text.matchAll(COMMAND)].flatMap(([command, rest = ""]) => {
		const words = rest.trim().split(" ");
		const named = words.filter(
			(word, at) => !word.startsWith("-") && !WITH_VALUE.test(words[at - 1] ?? ""),
		);
		// Of what is run by its package the rest is the command's own.
		return /^(npx|pnpx|bunx|\w+ dlx)/.test(command) ? named.slice(0, 1) : named;
	});
}

/** What a registry is asked for: behind an alias it is another name. */
function asked(spec: string): string {
	const [alias = "", target] = spec.split("@npm:");
	if (target && !ALIASES.includes(alias)) return spec;
	return /^(@[^/]+\/)?[^@]+/.exec(target ?? spec)?.[0] ?? spec;
}

test("every name that a page installs is ours, or of somebody who is meant", () => {
	const files = globSync(PAGES, { cwd: ROOT, exclude: ["**/node_modules/**"] });
	const found = files.flatMap((file) => {
		const specs = installedBy(readFileSync(join(ROOT, file), "utf8"));
		const there = [...specs, ...Object.keys(dependenciesBeside(file))];
		return specs
			.filter((spec) => !there.includes(COMMANDS[spec] ?? ""))
			.map((spec) => ({ file, spec }));
	});
	// It does read them.
	expect(found.map(({ spec }) => spec)).toContain(`better-auth-bsky@npm:${HERE}/better-auth-bsky`);
	expect(found.filter(({ spec }) => ![...OURS, ...OTHERS].includes(asked(spec)))).toEqual([]);
});

const BARE =
	/[`"](?:better-auth-bsky|bsky-devnet) (?:--help|doctor|init|keygen|migrate|rotate|status|fault|clock)/g;

test("and every command that what we print has people type", () => {
	const files = globSync("packages/*/src/**/*.ts", { cwd: ROOT, exclude: ["**/*.test.ts"] });
	const found = files.flatMap((file) => {
		const text = readFileSync(join(ROOT, file), "utf8").replace(/^\s*(?:\/\*|\*|\/\/).*/gm, "");
		// Whoever came by npx has no command by its own name.
		const bare = text.match(BARE) ?? [];
		return [...installedBy(text), ...bare].map((spec) => ({ file, spec }));
	});
	expect(found.map(({ spec }) => spec)).toContain("auth");
	expect(found.filter(({ spec }) => ![...OURS, ...OTHERS].includes(asked(spec)))).toEqual([]);
});

/** What the package whose page this is depends on. */
function dependenciesBeside(page: string): Record<string, string> {
	const file = join(ROOT, dirname(page), "package.json");
	return existsSync(file) ? dependenciesIn(readManifest(file)) : {};
}

interface Manifest {
	name: string;
	private?: boolean;
	dependencies?: Record<string, string>;
	devDependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
}

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8"));

const dependenciesIn = (manifest: Manifest) => ({
	...manifest.dependencies,
	...manifest.devDependencies,
	...manifest.peerDependencies,
});

test("what is published has a name in our scope, and no manifest asks for a name like ours", () => {
	const files = globSync("{packages,examples}/*/package.json", { cwd: ROOT });
	const manifests = files.map((file) => readManifest(join(ROOT, file)));
	const published = manifests.filter((manifest) => !manifest.private);
	expect(published.map(({ name }) => name).sort()).toEqual([...OURS].sort());
	const named = manifests.flatMap((manifest) => Object.entries(dependenciesIn(manifest)));
	const foreign = named.filter(
		([name, version]) => ALIASES.includes(name) && !version.includes(HERE),
	);
	expect(foreign).toEqual([]);
});

test("every action of a workflow is named by its commit: a tag may be moved", () => {
	const files = globSync(".github/workflows/*.yml", { cwd: ROOT });
	const uses = files.flatMap((file) => [
		...readFileSync(join(ROOT, file), "utf8").matchAll(/\buses: *(.+)/g),
	]);
	expect(uses.length).toBeGreaterThan(0);
	const loose = uses.filter(([, action = ""]) => !/@[0-9a-f]{40} # v\d/.test(action));
	expect(loose.map(([line]) => line)).toEqual([]);
});
