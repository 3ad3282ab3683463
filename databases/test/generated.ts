import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { atprotoAuth } from "@better-auth-bsky/core";
import { generateSchema } from "auth/api";
import type { BetterAuthOptions } from "better-auth";
import { onTestFinished } from "vitest";

const PACKAGE = join(import.meta.dirname, "..");

/** An app as far as its tables go. */
export type Tables = Pick<BetterAuthOptions, "advanced" | "plugins"> & {
	database: Extract<BetterAuthOptions["database"], (...args: never[]) => unknown>;
};

/** A folder in which imports find this package's dependencies, for one test. */
export function ownFolder(): string {
	const folder = mkdtempSync(join(PACKAGE, ".generated-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	return folder;
}

/** What `auth generate` writes for an app with the plugin. */
export async function generated(tables: Tables, file: string): Promise<string> {
	const { database, plugins = [] } = tables;
	const options = { ...tables, plugins: [atprotoAuth(), ...plugins] };
	const cwd = process.cwd();
	// It reads Prisma's version from the package that it is run in.
	process.chdir(dirname(file));
	try {
		const { code } = await generateSchema({ adapter: database(options), options, file });
		if (!code) throw new Error("Nothing was generated.");
		return code;
	} finally {
		process.chdir(cwd);
	}
}
