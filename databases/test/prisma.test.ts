import { atprotoAuth } from "@better-auth-bsky/core";
import { triedIn } from "@better-auth-bsky/tools/tried";
import { PrismaPg } from "@prisma/adapter-pg";
import { type PrismaConfig, prismaAdapter } from "better-auth/adapters/prisma";
import { getMigrations } from "better-auth/db/migration";
import { onTestFinished, type TestContext } from "vitest";
import { databaseKinds } from "../../packages/core/test/databases.ts";
import { newPerson, startApp, useNetwork } from "../../packages/core/test/kit.ts";
import { firstSignInsAtOnce, lifeApp, wholeLife } from "../../packages/core/test/whole-life.ts";
import { ownFolder } from "./generated.ts";
import { generateClient } from "./prisma-client.ts";

/** The schemas that `auth generate` writes for Prisma, checked by Prisma and lived in. */

const { works, notRun } = triedIn("databases");
const network = await useNetwork({ appView: "none" });
const postgres = (await databaseKinds()).find(({ name }) => name === "PostgreSQL");
if (!postgres) throw new Error("no PostgreSQL among the kinds");

async function live({ skip }: Pick<TestContext, "skip">, config: Partial<PrismaConfig>) {
	if (!postgres || postgres.missing) return skip(String(postgres?.missing));
	const created = await postgres.create();
	onTestFinished(() => created.drop());
	// Prisma's own migrations need an engine that it downloads. better-auth's tables are the same.
	const plugins = [atprotoAuth()];
	await (await getMigrations({ database: created.database, plugins })).runMigrations();
	const { PrismaClient } = await import(await generateClient(ownFolder(), "postgresql"));
	// Each test has a schema of its own in one database; Prisma names it in each statement.
	const [, schema = ""] = /search_path=(\w+)/.exec(decodeURIComponent(created.url)) ?? [];
	const adapter = new PrismaPg({ connectionString: created.url }, { schema });
	const client = new PrismaClient({ adapter });
	onTestFinished(() => client.$disconnect());
	const database = prismaAdapter(client, { provider: "postgresql", ...config });
	const user = { deleteUser: { enabled: true } };
	const app = await startApp(network, { auth: { database, user } });
	onTestFinished(() => app.close());
	const life = lifeApp(app);
	await firstSignInsAtOnce(network, life, await newPerson(network));
	await wholeLife(network, life, [await newPerson(network), await newPerson(network)]);
}

works(
	"Prisma on PostgreSQL",
	"With the client that Prisma 7 generates from what `auth generate` writes, by `@prisma/adapter-pg`, with `transaction: true`.",
	(context) => live(context, { transaction: true }),
);
works(
	"Prisma without transactions",
	"As `prismaAdapter()` is by default: the app is told at its start what to write.",
	(context) => live(context, {}),
	{ atLength: true },
);
for (const provider of ["mysql", "sqlite"] as const) {
	works(
		`Prisma's schema for \`${provider}\``,
		"`prisma validate` and `prisma generate`. No life was led in it.",
		async () => void (await generateClient(ownFolder(), provider)),
		{ atLength: true },
	);
}
notRun("`prisma db push`", "It downloads an engine, which can't be had where the tests run.");
