import { afterAll, describe, expect, test } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import {
	approved,
	expectSound,
	openSite,
	type Site,
	signIn,
	useWorld,
	type Way,
} from "./accounts-kit.ts";
import { Breakable, brief, type Mode } from "./breakable.ts";
import { databaseKinds } from "./databases.ts";
import { ROUNDS } from "./faults-kit.ts";
import { pluginDefaults } from "./kit.ts";

/**
 * Every statement of a callback fails, in every way of writing several: see faults-database.test.ts
 * for the same on the reference server.
 */
const world = await useWorld();
const kinds = await databaseKinds();

const places = kinds.flatMap(
	(kind): { name: string; kind: typeof kind; way: Way; modes: Mode[] }[] => {
		const modes: Mode[] = ["fails", "fails each time", "and all after fail"];
		const few: Mode[] = ROUNDS ? ["fails", "fails each time"] : ["fails"];
		const { name } = kind;
		if (name === "SQLite") return [{ name, kind, way: "no transactions", modes }];
		return [
			{ name, kind, way: "a pool of one", modes: few },
			{ name, kind, way: "no transactions", modes: few },
			...(ROUNDS ? [{ name, kind, way: "transactions" as const, modes: few }] : []),
		];
	},
);

describe.each(places)("$name, $way", async ({ kind, way, modes }) => {
	if (kind.missing) return test.skip(kind.missing);
	const site = await openSite(world, kind, way);
	afterAll(() => site.close());
	const { database } = site.app.auth.options;
	if (!database) throw new Error("no database");
	const breakable = new Breakable(database);
	// The first sign-in of a database looks for accounts from before.
	await signIn(site.app.browser(), await world.newPerson());

	const retry = async ({ context }: Site) => {
		const options = resolveOptions(pluginDefaults(world.directories));
		await retryRevocations(new BskyPlugin(options).at(context), Date.now() + 60 * 60 * 1000);
	};

	const someone = async (returning: boolean) => {
		const person = await world.newPerson();
		if (returning) await signIn(site.app.browser(), person);
		const browser = site.app.browser();
		return { person, browser, back: await approved(browser, person) };
	};

	for (const returning of [false, true]) {
		const who = returning ? "a returning person" : "a newcomer";
		const recording = await someone(returning);
		breakable.watch();
		const end = await recording.browser.arrive(recording.back);
		if (end.pathname !== "/me") throw new Error(`recording ended at ${end}`);
		const statements = [...breakable.statements];
		await expectSound(site, recording.person);

		for (const mode of modes) {
			test.each(statements.map((sql, index) => [index + 1, brief(sql), sql]))(
				`${who}: statement %i (%s) ${mode}`,
				async (n) => {
					const { person, browser, back } = await someone(returning);
					const before = await site.ofDid(person);
					const users = (await site.rows("user")).length;
					breakable.watch(Number(n), mode);
					const end = await browser.arrive(back);
					breakable.heal();
					const success = end.pathname === "/me";
					if (!success) expect(end.searchParams.get("error")).toBe("internal_server_error");
					// A database that is gone for the rest of the request keeps what it has.
					if (mode !== "and all after fail" || success) {
						await retry(site);
						await expectSound(site, person);
						const made = success && !returning ? 1 : 0;
						expect((await site.rows("user")).length - users).toBe(made);
						const after = await site.ofDid(person);
						if (!success) expect(withoutTimes(after)).toEqual(withoutTimes(before));
					}
					// Whatever came of it, the next sign-in makes it whole, of one user.
					await signIn(site.app.browser(), person);
					await retry(site);
					await expectSound(site, person);
					expect((await site.ofDid(person)).stored).toHaveLength(1);
					expect((await site.rows("user")).length - users).toBe(returning ? 0 : 1);
				},
			);
		}
	}

	/** Taking a write back may leave a later time, another version and another seal. */
	const withoutTimes = (value: unknown) =>
		JSON.parse(JSON.stringify(value), (name, field: unknown) =>
			way === "no transactions" && ["updatedAt", "lockVersion", "version", "session"].includes(name)
				? undefined
				: field,
		);
});
