import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { BskyCheck, BskyKeyUse, ImportBskyAccountInput } from "@better-auth-bsky/core";
import type { AuthContext, BetterAuthOptions, BetterAuthPlugin, DBAdapter } from "better-auth";
import type { Command } from "commander";
import { createJiti, type Jiti } from "jiti";
import { enterApp, inTime } from "./app-process.ts";
import { withCwd } from "./cwd.ts";
import { CannotRun, messageOf } from "./outcome.ts";
import { findAuthConfig, isFile } from "./project/auth-config.ts";

/** Where an app is, and how its `auth` is found: what most commands take. */
export interface AppOptions {
	/** The folder of the app. */
	cwd: string;
	/** The file that exports `auth`; without it, it is looked for where better-auth's own command does. */
	config?: string;
	/**
	 * Env files to read; what the environment has already counts, and an earlier file before a later.
	 * Without any, the app's `.dev.vars`, `.env.local` and `.env`, where they are.
	 */
	env?: string[];
}

/** The options by which a command is told of an app. */
export const withApp = (command: Command): Command =>
	withCwd(command)
		.option("--config <file>", "the file that exports `auth`")
		.option(
			// Node takes "--env-file" for itself, wherever it stands.
			"--env <file>",
			"an env file to read, as often as there are (default: .dev.vars, .env.local and .env)",
			(file, files: string[] = []) => [...files, resolve(file)],
		);

/** What an app's `auth` is to this command, of the versions that the app has. */
export interface AppAuth {
	handler(request: Request): Promise<Response>;
	options: BetterAuthOptions;
	$context: Promise<AuthContext>;
	api: {
		checkBsky(input?: { headers?: Headers }): Promise<BskyCheck>;
		getBskyKeyUse(): Promise<BskyKeyUse>;
		importBskyAccount(input: ImportBskyAccountInput): Promise<unknown>;
	};
}

/** An app, with what its own better-auth can do beside it. */
export interface LoadedApp {
	auth: AppAuth;
	/** An adapter of the app's database that knows the tables of a plugin, too. */
	adapterWith(plugin: BetterAuthPlugin): Promise<DBAdapter<BetterAuthOptions>>;
}

/** The `auth` of {@link loadApp}. */
export const loadAuth = async (options: AppOptions): Promise<AppAuth> =>
	(await loadApp(options)).auth;

/**
 * Loads an app's `auth`, with its own better-auth and its own plugin.
 *
 * @throws {CannotRun} where there is none, or one without the plugin; what the app itself throws, as a
 * BskyOptionError for a wrong option, is its `cause`
 */
export async function loadApp(options: AppOptions): Promise<LoadedApp> {
	const path = configOf(options);
	// As the app is started: a database in a file is named from there.
	process.chdir(options.cwd);
	readEnv(options);
	const loader = loaderOf(resolve("package.json"));
	enterApp();
	const loaded = await inTime(
		loader.import<Record<string, unknown>>(path),
		"What is at the top of it",
	).catch(notLoaded);
	const auth = [loaded.auth, Object(loaded.default).auth, loaded.default].find(isAuth);
	if (!auth)
		throw new CannotRun(
			`${path} exports no \`auth\`: make it \`export const auth = betterAuth(…)\`. Where each request makes one, write a file that makes one for this, and name it: \`--config\`.`,
		);
	if (!hasPlugin(auth))
		throw new CannotRun(
			`${path} has no atprotoAuth() among its plugins, or an older one than this command. \`npx @better-auth-bsky/cli init\` adds it.`,
		);
	// Whoever asks it hears of that; what nobody has caught beside it is said now, and not after an answer.
	auth.$context.catch(() => {});
	await setImmediate();
	return {
		auth,
		async adapterWith(plugin) {
			const { getAdapter } = await loader.import<AdapterModule>("better-auth/db/adapter");
			return getAdapter({ ...auth.options, plugins: [...(auth.options.plugins ?? []), plugin] });
		},
	};
}

function notLoaded(cause: unknown): never {
	throw new CannotRun(`The app's auth can't be loaded: ${messageOf(cause)}`, { cause });
}

type AdapterModule = typeof import("better-auth/db/adapter");

/** Of a worker, and of everybody else. */
const USUAL_ENV_FILES = [".dev.vars", ".env.local", ".env"];

function readEnv({ env }: AppOptions): void {
	const files = env ?? USUAL_ENV_FILES.filter(isFile);
	for (const file of files) {
		if (!isFile(file)) throw new CannotRun(`There is no file ${file}, which --env names.`);
		process.loadEnvFile(file);
	}
}

function loaderOf(from: string): Jiti {
	const alias = { $lib: resolve("src/lib"), ...aliasesOfJavaScript() };
	const virtual = { virtualModules: virtualModules(), alias };
	try {
		return createJiti(from, { ...virtual, tsconfigPaths: true });
	} catch {
		// It extends a file that its framework makes, and hasn't yet.
		return createJiti(from, virtual);
	}
}

/** As `"@/*": ["./src/*"]` says it. Of tsconfig.json the loader knows them by itself. */
function aliasesOfJavaScript(): Record<string, string> {
	const text = isFile("jsconfig.json") ? readFileSync("jsconfig.json", "utf8") : "";
	const found = [...text.matchAll(/"([^"*]+)\/\*"\s*:\s*\[\s*"([^"*]+)\/\*"/g)];
	return Object.fromEntries(found.map(([, name = "", folder = ""]) => [name, resolve(folder)]));
}

/** The file of an app's `auth`. */
export function configOf({ cwd, config }: AppOptions): string {
	const found = findAuthConfig(cwd, config);
	if (found) return resolve(cwd, found);
	throw new CannotRun(
		`No auth.ts was found below ${resolve(cwd)}. Name it: \`--config path/to/auth.ts\`.`,
	);
}

const isFunction = (value: unknown): boolean => typeof value === "function";

/** With the endpoints of this version of the plugin, or without. */
const isAuth = (value: unknown): value is AppAuth => {
	const { handler, api, options, $context } = Object(value);
	return isFunction(handler) && Object(api) === api && Object(options) === options && $context;
};

const hasPlugin = ({ api }: AppAuth): boolean =>
	[api.checkBsky, api.getBskyKeyUse, api.importBskyAccount].every(isFunction);

/** What a framework or a runtime makes up, and only there is. */
function virtualModules(): Record<string, Record<string, unknown>> {
	const { env } = process;
	const nothing = () => {};
	const environment = { browser: false, building: false, dev: false, version: "" };
	return {
		"server-only": {},
		"$env/dynamic/private": { env },
		"$env/dynamic/public": { env },
		"$env/static/private": env,
		"$env/static/public": env,
		"$app/environment": environment,
		"$app/env": environment,
		"$app/server": { getRequestEvent: nothing, read: nothing },
		"$app/paths": { base: "", assets: "" },
		"cloudflare:workers": { env },
		"astro:env/client": env,
		"astro:env/server": { ...env, getSecret: (name: string) => env[name] },
	};
}
