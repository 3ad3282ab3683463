import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AT_LENGTH, triedIn } from "@better-auth-bsky/tools/tried";
import type { BetterAuthOptions } from "better-auth";
import { type DrizzleAdapterConfig, drizzleAdapter } from "better-auth/adapters/drizzle";
import { onTestFinished, type TestContext } from "vitest";
import { newPerson, startApp, useNetwork } from "../../packages/core/test/kit.ts";
import { firstSignInsAtOnce, lifeApp, wholeLife } from "../../packages/core/test/whole-life.ts";
import { type Dialect, LIBSQL, MYSQL, POSTGRES, type Schema } from "./dialects.ts";
import { generated, ownFolder } from "./generated.ts";

/** The schemas that `auth generate` writes for Drizzle, with their tables and whole lives in them. */

const { works } = triedIn("databases");
const network = await useNetwork({ appView: "none" });

const DIALECTS = [POSTGRES, MYSQL, LIBSQL];

type Config = Omit<DrizzleAdapterConfig, "provider" | "schema">;
type Skip = Pick<TestContext, "skip">;

async function liveOn(
	dialect: Dialect,
	{ skip }: Skip,
	config: Config,
	advanced?: NonNullable<BetterAuthOptions["advanced"]>,
) {
	const { kind, provider } = dialect;
	if (kind.missing) skip(kind.missing);
	const { url, drop } = await kind.create();
	onTestFinished(() => drop());
	const file = join(ownFolder(), "auth-schema.ts");
	const tables = drizzleAdapter({}, { provider, ...config });
	writeFileSync(file, await generated({ database: tables, ...(advanced && { advanced }) }, file));
	const schema: Schema = await import(file);
	const database = drizzleAdapter(await dialect.open(url, schema), { provider, schema, ...config });
	const user = { deleteUser: { enabled: true } };
	const app = await startApp(network, { auth: { database, user, ...(advanced && { advanced }) } });
	onTestFinished(() => app.close());
	const life = lifeApp(app);
	if (!advanced) await firstSignInsAtOnce(network, life, await newPerson(network));
	await wholeLife(network, life, [await newPerson(network), await newPerson(network)]);
}

let turns = 0;

/** On one of the databases, each in its turn, and on every one with `npm test -- --long`. */
function somewhere(config: Config, advanced?: NonNullable<BetterAuthOptions["advanced"]>) {
	const dialect = DIALECTS[turns++ % DIALECTS.length];
	const here = AT_LENGTH ? DIALECTS : DIALECTS.filter((each) => each === dialect);
	return async (context: Skip) => {
		for (const each of here) await liveOn(each, context, config, advanced);
	};
}

const TRANSACTION = { transaction: true };

works(
	"Drizzle on PostgreSQL",
	"By `pg`, with the tables that `auth generate` writes and `transaction: true`.",
	(context) => liveOn(POSTGRES, context, TRANSACTION),
);
works("Drizzle on MySQL", "The same by `mysql2`, on MariaDB.", (context) =>
	liveOn(MYSQL, context, TRANSACTION),
);
works(
	"Drizzle on SQLite",
	"The same by `@libsql/client`, on a file. It says at once that it is busy; a sign-in tries again.",
	(context) => liveOn(LIBSQL, context, TRANSACTION),
);
works(
	"Drizzle without transactions",
	"As `drizzleAdapter()` is by default: the app is told at its start what to write.",
	somewhere({}),
);
works("Drizzle with `usePlural`", "On all three.", somewhere({ ...TRANSACTION, usePlural: true }));
works(
	"Drizzle with `camelCase`",
	"On all three; without it columns are in snake case.",
	somewhere({ ...TRANSACTION, camelCase: true }),
	{ atLength: true },
);
for (const generateId of ["uuid", "serial"] as const) {
	works(
		`Drizzle with \`generateId: "${generateId}"\``,
		"On all three.",
		somewhere(TRANSACTION, { database: { generateId } }),
		{ atLength: true },
	);
}
