import { isObject } from "../base/is-object.ts";

/**
 * How PostgreSQL, MySQL and SQLite say that of two transactions one has to begin again; and Prisma, whichever
 * it is.
 */
const CONFLICTS = new Set<unknown>([
	"40001",
	"40P01",
	"ER_LOCK_DEADLOCK",
	"SQLITE_BUSY",
	"SQLITE_BUSY_SNAPSHOT",
	"P2034",
]);

/** Whether a statement failed for no other reason than another transaction. */
export function isConflict(error: unknown): boolean {
	for (let each = error, depth = 0; isObject(each) && depth < 5; each = each.cause, depth++) {
		if (CONFLICTS.has(each.code)) return true;
	}
	return false;
}
