import { createRequire } from "node:module";
import { DatabaseSync } from "node:sqlite";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { describe, expect, test } from "vitest";
import { atprotoAuth } from "../src/index.ts";
import { SECRET } from "./kit.ts";

/** What an app with this database is told when it starts. */
async function warnings(database: NonNullable<Parameters<typeof betterAuth>[0]["database"]>) {
	const lines: string[] = [];
	const auth = betterAuth({
		baseURL: "http://localhost:3000",
		secret: SECRET,
		database,
		logger: { log: (level, message) => level === "warn" && lines.push(message) },
		plugins: [atprotoAuth()],
	});
	await auth.$context;
	return lines.filter((line) => line.includes("[better-auth-bsky]"));
}

/** better-auth's own Kysely, which is no dependency of ours. */
const kyselyOf = () => {
	const require = createRequire(createRequire(import.meta.url).resolve("better-auth"));
	const { Kysely, SqliteDialect } = require("kysely");
	return new Kysely({ dialect: new SqliteDialect({ database: new DatabaseSync(":memory:") }) });
};

describe("an app is told at start-up", () => {
	test("nothing where the adapter has transactions", async () => {
		expect(await warnings(new DatabaseSync(":memory:"))).toEqual([]);
		expect(await warnings({ db: kyselyOf(), type: "sqlite", transaction: true })).toEqual([]);
	});

	test("the line to write where it could have them", async () => {
		const [line, ...more] = await warnings({ db: kyselyOf(), type: "sqlite" });
		expect(line).toMatch(/no transactions/);
		expect(line).toMatch(/database: \{ db, type: …, transaction: true \}/);
		expect(more).toEqual([]);
		for (const [id, words] of [
			["drizzle", /drizzleAdapter\(.*transaction: true/],
			["prisma", /prismaAdapter\(.*transaction: true/],
			["mongodb-adapter", /mongodbAdapter\(.*client/],
		] as const) {
			const adapter = memoryAdapter({});
			const [line] = await warnings((options: BetterAuthOptions) => {
				const made = adapter(options);
				if (made.options) made.options.adapterConfig.transaction = false;
				return Object.assign(made, { id });
			});
			expect(line).toMatch(words);
		}
	});
});
