import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCS_URL } from "../doctor/finding.ts";
import { developmentUrl } from "../project/framework.ts";
import { installedVersion } from "../project/manifest.ts";
import { COMMANDS } from "../project/package-manager.ts";
import type { App } from "./app.ts";
import { hasClient } from "./client-plugin.ts";
import { PAGE } from "./page.ts";

/** Something to run, and what for. */
export interface Next {
	command: string;
	why: string;
}

/** The packages that the app doesn't ask for yet. */
export function missingPackages(app: App): string[] {
	const { auth, components, framework, manifest } = app;
	const has = (name: string) => name in manifest.dependencies;
	const own = (name: string) => `@better-auth-bsky/${name}`;
	const isPageless = framework === "expo" || (framework === "server" && components === "elements");
	return [
		...(auth && !has("better-auth-bsky") ? [own("core")] : []),
		...(hasClient(app) && !has("better-auth-bsky") ? [own("client")] : []),
		...(isPageless ? [] : [own(components)]),
	].filter((name) => !has(name));
}

/** What to run once the files are there, in order. */
export function next(app: App): Next[] {
	const { add } = COMMANDS[app.packageManager];
	const packages = missingPackages(app);
	return [
		...older(app),
		...(packages.length > 0 ? [{ command: `${add} ${packages.join(" ")}`, why: asked(app) }] : []),
		...(app.auth ? [...synced(app), ...tables(app)] : []),
		...started(app),
	];
}

/** One command that takes `--host` and has none: what is added to a script of several would be another's. */
const TAKES_HOST =
	/^(?:\w+=\S+ )*(?:vite|astro|nuxt|nuxi|react-router)(?: (?!--host)[^\s&|;"']+)*$/;

/**
 * Its development server, on the address by which people come back
 * (https://atproto.com/specs/oauth#localhost-client-development): on some machines `localhost` is `[::1]` alone.
 */
function started(app: App): Next[] {
	const { scripts } = app.manifest;
	const name = ["dev", "start"].find((each) => each in scripts);
	if (!name) return [];
	const takesHost = TAKES_HOST.test(scripts[name] ?? "");
	const separator = app.packageManager === "npm" ? " --" : "";
	const host = takesHost ? `${separator} --host 127.0.0.1` : "";
	return [{ command: `${COMMANDS[app.packageManager].script} ${name}${host}`, why: opened(app) }];
}

/** It has the install script of a package of the AT Protocol SDK decided on. */
const asked = ({ packageManager }: App) =>
	packageManager === "pnpm" ? "allow or deny core-js its script, which only prints a message" : "";

const opened = ({ framework, manifest, files }: App) =>
	framework === "server" || framework === "vite" || framework === "expo"
		? ""
		: `then open ${developmentUrl(framework, manifest, files)}${PAGE}`;

function older({ root, packageManager, manifest }: App): Next[] {
	// One that isn't installed yet will be the newest that its range lets in: "^1.2.0" is no older one.
	const [, asked] = /^~?(\d+\.\d+\.\d+.*)$/.exec(manifest.dependencies["better-auth"] ?? "") ?? [];
	const [major = 0, minor = 0, patch = 0] = (
		installedVersion(root, "better-auth") ??
		asked ??
		"1.7.3"
	)
		.split(/[.-]/)
		.map(Number);
	if (major > 1 || minor > 7 || (minor === 7 && patch >= 3)) return [];
	const { add } = COMMANDS[packageManager];
	return [{ command: `${add} better-auth@latest`, why: "1.7.3 or newer is needed" }];
}

/** `auth` reads tsconfig.json, which extends what SvelteKit makes. */
function synced(app: App): Next[] {
	const isThere = existsSync(join(app.root, ".svelte-kit/tsconfig.json"));
	if (app.framework !== "sveltekit" || isThere) return [];
	return [{ command: installed(app, "svelte-kit sync"), why: "" }];
}

/** The tables and columns of the plugin, by the tools that the app has them made with. */
function tables(app: App): Next[] {
	const { run } = COMMANDS[app.packageManager];
	const config = app.auth?.path;
	const auth = (command: string) => `${run} auth ${command} --config ${config}`;
	switch (app.auth?.database) {
		case "kysely":
			return d1(app) ?? [{ command: auth("migrate"), why: "adds its tables and columns" }];
		case "drizzle":
			return drizzle(app, auth("generate"));
		case "prisma": {
			const tool = installed(app, "prisma");
			const isMigrated = existsSync(join(app.root, "prisma/migrations"));
			return [
				{ command: auth("generate"), why: "adds its models to the schema" },
				{
					command: isMigrated ? `${tool} migrate dev --name bluesky` : `${tool} db push`,
					why: "and to the database",
				},
				{ command: `${tool} generate`, why: "and to the client" },
			];
		}
		case "other":
			return [{ command: auth("generate"), why: "writes what the database has to have" }];
		default:
			return [];
	}
}

/** The binding of the D1 database that better-auth has, and the folder of its migrations. */
function d1Of({ root, auth }: App): { binding: string; folder: string } | undefined {
	const file = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"]
		.map((name) => join(root, name))
		.find((path) => existsSync(path));
	const text = file ? readFileSync(file, "utf8") : "";
	const [, binding] = /\bd1_databases\b[\s\S]*?\bbinding"?\s*[:=]\s*["'](\w+)["']/.exec(text) ?? [];
	const [, folder = "migrations"] = /\bmigrations_dir"?\s*[:=]\s*["']([^"']+)["']/.exec(text) ?? [];
	const isUsed = binding && new RegExp(`\\b(?:${binding}|D1\\w*)\\b`).test(auth?.text ?? "");
	return isUsed ? { binding, folder } : undefined;
}

/** D1 is there for a worker alone: what it lacks is found out on this machine, and is one more migration. */
function d1(app: App): Next[] | undefined {
	const found = d1Of(app);
	if (!found) return undefined;
	const output = `${found.folder}/${nextNumber(join(app.root, found.folder))}_bluesky.sql`;
	const generate = `${COMMANDS[app.packageManager].run} auth generate --config tables.ts`;
	return [
		{
			command: `${generate} --output ${output} --yes`,
			why: `with the tables.ts of ${DOCS_URL}/start/workers`,
		},
		{
			command: installed(app, `wrangler d1 migrations apply ${found.binding} --local`),
			why: "adds its tables and columns; deployed, with --remote",
		},
	];
}

/** Wrangler counts its migrations: 0001, 0002, … */
function nextNumber(folder: string): string {
	const numbers = (existsSync(folder) ? readdirSync(folder) : []).map((name) => parseInt(name, 10));
	return String(Math.max(0, ...numbers.filter(Number.isFinite)) + 1).padStart(4, "0");
}

function drizzle(app: App, generate: string): Next[] {
	const { script } = COMMANDS[app.packageManager];
	const tool = installed(app, "drizzle-kit");
	const ofScripts = (pattern: RegExp) =>
		Object.entries(app.manifest.scripts).find(([, command]) => pattern.test(command))?.[0];
	const own = ofScripts(/\bauth(?:@\S+)? generate\b|@better-auth\/cli(?:@\S+)? generate\b/);
	const schema = [...app.files].find(([, text]) => isOfBetterAuth(text))?.[0];
	const named = (name: string | undefined, command: string) =>
		name ? `${script} ${name}` : command;
	const push = named(ofScripts(/^drizzle-kit push$/), `${tool} push`);
	const d1 = d1Of(app);
	const isMigrated = d1 !== undefined || hasMigrations(app);
	return [
		{
			command: own
				? `${script} ${own}`
				: schema
					? `${generate} --output ${schema} --yes`
					: generate,
			why:
				own || schema
					? "writes the tables of better-auth anew"
					: "writes auth-schema.ts: take from it what is new",
		},
		...(isMigrated
			? [
					{
						command: named(ofScripts(/^drizzle-kit generate$/), `${tool} generate`),
						why: "writes the migration",
					},
					{
						command: d1
							? installed(app, `wrangler d1 migrations apply ${d1.binding} --local`)
							: named(ofScripts(/^drizzle-kit migrate$/), `${tool} migrate`),
						why: "and migrates",
					},
				]
			: [{ command: push, why: "brings them into the database" }]),
	];
}

/** Whether drizzle-kit has written migrations, into the folder that its file names. */
function hasMigrations({ root, files }: App): boolean {
	const [, text = ""] = [...files].find(([path]) => path.startsWith("drizzle.config.")) ?? [];
	const [, out = "drizzle"] = /\bout:\s*["'`]([^"'`]+)["'`]/.exec(text) ?? [];
	const folder = join(root, out);
	if (!existsSync(folder)) return false;
	const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
	return names.some((name) => /\.sql$|_journal\.json$/.test(name));
}

/** Whether a Drizzle schema has the tables of better-auth, and no other. */
function isOfBetterAuth(text: string): boolean {
	const names = [...text.matchAll(/\b(?:pg|sqlite|mysql|singlestore)Table\(\s*["'](\w+)["']/g)];
	const isKnown = ([, name = ""]: RegExpMatchArray) =>
		/^(?:user|session|account|verification)s?$/.test(name);
	return names.length >= 4 && names.every(isKnown);
}

/** The command of a package that the app has. */
function installed({ packageManager }: App, command: string): string {
	const how = { npm: "npx", pnpm: "pnpm exec", yarn: "yarn", "yarn-classic": "yarn", bun: "bunx" };
	return `${how[packageManager]} ${command}`;
}
