import { getCurrentAdapter } from "@better-auth/core/context";
import type { AuthContext } from "better-auth";
import { isObject } from "./is-object.ts";
import { sleep } from "./runtime.ts";

/**
 * How PostgreSQL, MySQL, MariaDB (which reads from a snapshot since 11.8) and SQLite say that of two
 * transactions one has to begin again; and Prisma, whichever it is.
 */
const CONFLICTS = new Set<unknown>([
	"40001",
	"40P01",
	"ER_LOCK_DEADLOCK",
	"ER_CHECKREAD",
	"SQLITE_BUSY",
	"SQLITE_BUSY_SNAPSHOT",
	"P2034",
]);

/** SQLite's own word for "busy", in the lowest byte of what `node:sqlite` gives. https://sqlite.org/rescode.html */
const BUSY = 5;

/** More tries than anything needs that isn't stuck. */
export const MAX_ATTEMPTS = 10;

/** How MySQL, MariaDB and PostgreSQL say that a database was made without some letter of a text. */
const NO_SUCH_LETTER = new Set<unknown>(["ER_TRUNCATED_WRONG_VALUE_FOR_FIELD", "22P05"]);

/** Whether a statement failed for no other reason than another transaction. */
export const isConflict = (error: unknown): boolean =>
	isCausedBy(
		error,
		({ code, errcode }) =>
			CONFLICTS.has(code) || (typeof errcode === "number" && (errcode & 0xff) === BUSY),
	);

/** Whether it failed for a letter that the database doesn't have. */
export const lacksLetter = (error: unknown): boolean =>
	isCausedBy(error, ({ code }) => NO_SUCH_LETTER.has(code));

function isCausedBy(error: unknown, is: (cause: Record<string, unknown>) => boolean): boolean {
	for (let each = error, depth = 0; isObject(each) && depth < 5; each = each.cause, depth++)
		if (is(each)) return true;
	return false;
}

/** So that the other one gets ahead: SQLite makes nobody wait, and says at once that it is busy. */
export const aWhile = (attempts: number): Promise<void> =>
	sleep(20 * attempts * (0.5 + Math.random()));

/** What a statement gives once no other transaction is in its way. It is one that stands by itself. */
export async function pastConflicts<T>(run: () => Promise<T>): Promise<T> {
	for (let attempts = 1; ; attempts++) {
		try {
			return await run();
		} catch (error) {
			if (attempts === MAX_ATTEMPTS || !isConflict(error)) throw error;
			await aWhile(attempts);
		}
	}
}

/** What something gives that may be done twice: once more where it fails, as by a connection that is lost. */
export const twice = <T>(run: () => Promise<T>): Promise<T> => run().catch(run);

type Adapter = AuthContext["adapter"];

/** What an adapter does by one statement, or by several that stand by themselves. */
const STATEMENTS: ReadonlySet<PropertyKey> = new Set<keyof Adapter>([
	...(["create", "findOne", "findMany", "count"] as const),
	...(["update", "updateMany", "delete", "deleteMany", "incrementOne", "consumeOne"] as const),
]);

/** An app's adapter, whose statements wait for other transactions: it is for no statement inside of one. */
export function patient<Any extends object>(adapter: Any): Any {
	return new Proxy(adapter, {
		get(target, name, receiver) {
			const value: unknown = Reflect.get(target, name, receiver);
			if (!STATEMENTS.has(name) || typeof value !== "function") return value;
			return (...args: unknown[]) => pastConflicts(() => Reflect.apply(value, target, args));
		},
	});
}

/** Whether a transaction is under way here: then it is repeated as a whole, or not at all. */
export const isInTransaction = async ({ adapter }: AuthContext): Promise<boolean> =>
	(await getCurrentAdapter(adapter)) !== adapter;

/** The adapter of the transaction that is under way, or else the app's own, which waits. */
export async function currentAdapter({
	adapter,
}: AuthContext): Promise<Awaited<ReturnType<typeof getCurrentAdapter>>> {
	const current = await getCurrentAdapter(adapter);
	return current === adapter ? patient(adapter) : current;
}
