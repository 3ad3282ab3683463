import { createRequire } from "node:module";
import { DevnetError } from "../errors.ts";

const NAME = "better-sqlite3";

/**
 * Makes sure that the database of the PDS works here. The PDS asks for version 12 of it, whose binary is
 * downloaded or compiled by an install script; ours, which the PDS in our bundle gets, is 13 and carries
 * its binaries, for the systems that it has some for.
 */
export function ensureSqlite(): void {
	try {
		const Database = createRequire(import.meta.url)(NAME) as new (
			file: string,
		) => { close(): void };
		new Database(":memory:").close();
	} catch (cause) {
		throw new DevnetError(
			`${NAME} has no binary for this system (${process.platform} ${process.arch}). Install a compiler and run "npm rebuild ${NAME}".`,
			{ cause },
		);
	}
}
