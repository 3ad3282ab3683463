import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AtprotoAuthOptions, atprotoAuth } from "@better-auth-bsky/core";
import { HttpBrowser } from "@better-auth-bsky/tools/http-browser";
import { type AuthContext, type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { expectOk } from "./browser.ts";
import { CountingDatabase } from "./counting.ts";

/** A loopback address, so that both OAuth clients are loopback clients. Nothing listens there. */
export const ORIGIN = "http://127.0.0.1:3999";
export const CALLBACK = `${ORIGIN}/api/auth/bsky/callback`;

/** Options of every app here, with the plugin or without. */
export const COMMON_OPTIONS = {
	baseURL: ORIGIN,
	secret: "a-secret-for-measurements-0123456789abcdef",
	emailAndPassword: { enabled: true },
	logger: { disabled: true },
	rateLimit: { enabled: false },
	telemetry: { enabled: false },
} satisfies BetterAuthOptions;

/** Where an app keeps its data. */
export type Storage = "disk" | "memory";

/** A running app. */
export interface RunningApp {
	auth: ReturnType<typeof createAuth>;
	context: Promise<AuthContext>;
	browser(): HttpBrowser;
	/** Waits for what the last requests left to do in the background. */
	settled(): Promise<void>;
}

/** An app on SQLite. */
export interface App extends RunningApp, Disposable {
	database: CountingDatabase;
	/** The file of the database. */
	file: string;
}

/**
 * An app on SQLite; on disk in WAL mode, as web apps run it.
 *
 * @param plugin the options of `atprotoAuth()`; null for better-auth alone
 */
export async function startApp(
	plugin: AtprotoAuthOptions | null,
	storage: Storage = "disk",
): Promise<App> {
	const folder = mkdtempSync(join(tmpdir(), "better-auth-bsky-bench-"));
	const file = storage === "disk" ? join(folder, "app.sqlite") : ":memory:";
	const database = new CountingDatabase(file);
	if (storage === "disk") database.exec("pragma journal_mode = wal");
	return {
		...(await startAppOn(database, plugin)),
		database,
		file,
		[Symbol.dispose]() {
			database.close();
			rmSync(folder, { recursive: true });
		},
	};
}

/** An app on an empty database. */
export async function startAppOn(
	database: Database,
	plugin: AtprotoAuthOptions | null,
): Promise<RunningApp> {
	const background = new Set<Promise<unknown>>();
	const auth = createAuth(database, plugin, background);
	await (await getMigrations(auth.options)).runMigrations();
	const browser = () => new HttpBrowser(ORIGIN, auth.handler);
	// With its first request an app looks whether the tables are as they should be.
	await expectOk(await browser().get("/ok"));
	return {
		auth,
		context: auth.$context as unknown as Promise<AuthContext>,
		browser,
		async settled() {
			for (const task of background) {
				await task;
				background.delete(task);
			}
		},
	};
}

type Database = NonNullable<BetterAuthOptions["database"]>;

function createAuth(
	database: Database,
	plugin: AtprotoAuthOptions | null,
	background: Set<Promise<unknown>>,
) {
	return betterAuth({
		...COMMON_OPTIONS,
		database,
		advanced: {
			// better-auth switches origin checks off in tests, unless told otherwise.
			disableOriginCheck: false,
			backgroundTasks: { handler: (task) => background.add(task) },
		},
		plugins: plugin ? [atprotoAuth(optionsOf(plugin))] : [],
	});
}

/** The network that an app is opened with has more to it than options. */
const optionsOf = (given: AtprotoAuthOptions): AtprotoAuthOptions => {
	const { handleResolver, plcDirectoryUrl, fetch, profileCacheMaxAge, xrpc } = given;
	return {
		handleResolver,
		plcDirectoryUrl,
		fetch,
		xrpc,
		...(profileCacheMaxAge !== undefined && { profileCacheMaxAge }),
	};
};
