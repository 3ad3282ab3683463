import type { AuthContext } from "better-auth";
import { sayAtStart } from "../base/log.ts";
import type { Finding } from "../checks.ts";
import { hasTransactions } from "./all-or-nothing.ts";

/** The line that gives an adapter its transactions, by the adapter's ID. */
const LINES: Record<string, string> = {
	drizzle: "drizzleAdapter(db, { …, transaction: true })",
	prisma: "prismaAdapter(prisma, { …, transaction: true })",
	kysely: "database: { db, type: …, transaction: true }",
	"mongodb-adapter": "mongodbAdapter(db, { client })",
};

/**
 * Says at start-up that an adapter has no transactions, which most have only where they are told to:
 * a sign-in then takes back by itself what it has written, and can't if its process dies.
 */
export function warnWithoutTransactions(context: AuthContext): void {
	const missing = missingTransactions(context);
	if (missing) {
		const { sentence, remedy } = missing;
		sayAtStart(context, "warn", "transactions_missing", `${sentence} ${remedy}`);
	}
}

/** What there is to say of an adapter without transactions. */
export function missingTransactions(
	context: AuthContext,
): Pick<Finding, "level" | "sentence" | "remedy"> | null {
	if (hasTransactions(context)) return null;
	const { id, options } = context.adapter;
	const name = options?.adapterConfig.adapterName ?? id;
	const line = LINES[id];
	return {
		sentence:
			`The ${name} has no transactions: a process that dies in the middle of a ` +
			"sign-in leaves it half written until the next one.",
		remedy: line ? `Where your database can do them, write ${line}.` : "Nothing has to be done.",
		level: line ? "warn" : "info",
	};
}
