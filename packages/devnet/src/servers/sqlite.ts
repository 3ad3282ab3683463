import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { DevnetError } from "../errors.ts";

const NAME = "better-sqlite3";
const own = createRequire(import.meta.url);
let ready = false;

/**
 * Makes sure the PDS finds a `better-sqlite3` that works. The PDS asks for version 12, whose binary
 * is downloaded or compiled by an install script, which package managers refuse to run and machines
 * without a network or a compiler can't. Version 13 carries its binaries: where 12 doesn't load, the
 * PDS gets our 13 instead.
 */
export function ensureSqlite(): void {
	if (ready) return;
	const itsOwn = createRequire(own.resolve("@atproto/pds"));
	if (!works(itsOwn)) {
		if (!works(own))
			throw new DevnetError(
				`${NAME} has no binary for this system (${process.platform} ${process.arch}). Install a compiler and run "npm rebuild ${NAME}".`,
			);
		const url = pathToFileURL(own.resolve(NAME)).href;
		registerHooks({
			resolve: (specifier, context, next) =>
				specifier === NAME
					? { url, format: "commonjs", shortCircuit: true }
					: next(specifier, context),
		});
	}
	ready = true;
}

function works(require: NodeJS.Require): boolean {
	try {
		const Database = require(NAME) as new (file: string) => { close(): void };
		new Database(":memory:").close();
		return true;
	} catch {
		return false;
	}
}
