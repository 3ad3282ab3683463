import type { AuthContext, BetterAuthOptions } from "better-auth";
import { APIError } from "better-auth/api";
import { afterAll, describe, expect, test } from "vitest";
import {
	expectSound,
	openSite,
	type Person,
	type Site,
	signIn,
	useWorld,
	WAYS,
	type Way,
} from "./accounts-kit.ts";
import { type DatabaseKind, databaseKinds } from "./databases.ts";
import { ROUNDS } from "./faults-kit.ts";

/** What a hook of an app may do instead of letting a write be. */
const MISDEEDS = {
	"throws an Error": () => {
		throw new Error("a mistake of the app");
	},
	"throws an APIError with a message only": () => {
		throw new APIError("FORBIDDEN", { message: "Not on the list" });
	},
	"throws an APIError with a code": () => {
		throw new APIError("FORBIDDEN", { code: "NOT_INVITED", message: "Not on the list" });
	},
	"sends the person elsewhere": (_data: unknown, ctx: Hook) => {
		throw ctx?.redirect("/waitlist");
	},
	"returns false": () => false,
} as const;
type Misdeed = keyof typeof MISDEEDS;

type Model = "user" | "account" | "session";
type Moment = "before" | "after";
type Hook = { redirect(url: string): unknown; context: AuthContext } | null;

/** The hooks of the running case, and how often each was called. */
let running: (model: Model, moment: Moment, data: unknown, ctx: Hook) => unknown;
let calls: string[] = [];

const hooksOf = (model: Model) => {
	const at = (moment: Moment) => async (data: unknown, ctx: unknown) => {
		calls.push(`${model}.create.${moment}`);
		return running(model, moment, data, ctx as Hook) as never;
	};
	return { create: { before: at("before"), after: at("after") } };
};
const databaseHooks: BetterAuthOptions["databaseHooks"] = {
	user: hooksOf("user"),
	account: hooksOf("account"),
	session: hooksOf("session"),
};

const only =
	(model: Model, moment: Moment, misdeed: Misdeed): typeof running =>
	(m, when, data, ctx) =>
		m === model && when === moment ? MISDEEDS[misdeed](data, ctx) : undefined;
const nothing: typeof running = () => undefined;

/** What an app does when it is asked how a profile becomes a user. */
let mapping: () => Promise<unknown> = async () => {};
const mapProfileToUser = async ({ did }: { did: string }) => {
	await mapping();
	return { name: did };
};

/** What a person is told, or where they land. */
const UNABLE = {
	user: "unable_to_create_user",
	account: "unable_to_create_user",
	session: "unable_to_create_session",
};

function expectEnd(end: URL, model: Model, misdeed: Misdeed): void {
	expect(end.pathname).toBe(misdeed === "sends the person elsewhere" ? "/waitlist" : "/oops");
	if (end.pathname === "/waitlist") return;
	const { error, error_description } = Object.fromEntries(end.searchParams);
	if (misdeed === "throws an Error") {
		expect(error).toBe("internal_server_error");
		expect(error_description).not.toContain("mistake");
	} else if (misdeed === "throws an APIError with a code") {
		expect([error, error_description]).toEqual(["NOT_INVITED", "Not on the list"]);
	} else {
		expect(error).toBe(UNABLE[model]);
		if (misdeed !== "returns false") expect(error_description).toBe("Not on the list");
	}
}

const world = await useWorld();
const kinds = await databaseKinds();

/** On SQLite all of it, on the others what they may do otherwise; `FAULT_ROUNDS=1` runs everything. */
const isLeftOut = (kind: DatabaseKind, way: Way) =>
	kind.name === "SQLite" ? way === "a pool of one" : way === "transactions" && !ROUNDS;
const misdeedsOn = (kind: DatabaseKind) =>
	(Object.keys(MISDEEDS) as Misdeed[]).filter(
		(misdeed) => kind.name === "SQLite" || ROUNDS || !misdeed.startsWith("throws an APIError"),
	);

for (const kind of kinds) {
	for (const way of WAYS.filter((way) => !isLeftOut(kind, way))) {
		describe.skipIf(kind.missing)(`${kind.name}, ${way}`, async () => {
			const site: Site = kind.missing
				? (undefined as never)
				: await openSite(world, kind, way, {
						auth: { databaseHooks },
						plugin: { mapProfileToUser },
					});
			afterAll(() => site?.close());

			const newcomer = async () => {
				running = nothing;
				const person = await world.newPerson();
				return { person, browser: site.app.browser() };
			};
			const returning = async () => {
				const { person, browser } = await newcomer();
				expect((await signIn(browser, person)).pathname).toBe("/me");
				return { person, browser: site.app.browser() };
			};
			const sessionsOf = async (person: Person) => {
				const { user } = await site.ofDid(person);
				return user ? site.rows("session", { userId: user.id }) : [];
			};

			for (const model of ["user", "account", "session"] as const) {
				for (const misdeed of misdeedsOn(kind)) {
					test(`${model}.create.before ${misdeed}: a newcomer`, async () => {
						const { person, browser } = await newcomer();
						const users = (await site.rows("user")).length;
						running = only(model, "before", misdeed);
						expectEnd(await signIn(browser, person), model, misdeed);
						expect(await browser.user()).toBeNull();
						// What better-auth's own providers leave where the session is refused.
						const left = model === "session" && misdeed !== "throws an Error" ? 1 : 0;
						const { accounts, stored } = await site.ofDid(person);
						expect([accounts.length, stored.length]).toEqual([left, 0]);
						expect((await site.rows("user")).length - users).toBe(left);
						expect(await sessionsOf(person)).toEqual([]);
						await expectSound(site, person);
						running = nothing;
						expect((await signIn(site.app.browser(), person)).pathname).toBe("/me");
						await expectSound(site, person);
					});
				}
			}

			for (const misdeed of misdeedsOn(kind)) {
				test(`session.create.before ${misdeed}: a returning person`, async () => {
					const { person, browser } = await returning();
					const before = await site.ofDid(person);
					running = only("session", "before", misdeed);
					expectEnd(await signIn(browser, person), "session", misdeed);
					expect(await browser.user()).toBeNull();
					expect(await site.ofDid(person)).toEqual(before);
					expect(await sessionsOf(person)).toHaveLength(1);
					await expectSound(site, person);
				});
			}

			for (const model of ["user", "account", "session"] as const) {
				for (const misdeed of ["throws an Error", "throws an APIError with a code"] as const) {
					test(`${model}.create.after ${misdeed}`, async () => {
						const { person, browser } = await newcomer();
						running = only(model, "after", misdeed);
						calls = [];
						const end = await signIn(browser, person, { newUserCallbackURL: "/new" });
						expect(end.pathname).toBe("/new");
						expect(calls).toEqual([
							"user.create.before",
							"account.create.before",
							"user.create.after",
							"account.create.after",
							"session.create.before",
							"session.create.after",
						]);
						expect(await sessionsOf(person)).toHaveLength(1);
						expect((await site.ofDid(person)).stored).toHaveLength(1);
						expect(site.app.logs.join("\n")).toMatch(/hook .* threw/);
						await expectSound(site, person);
						if (model !== "session") return;
						const again = site.app.browser();
						expect((await signIn(again, person)).pathname).toBe("/me");
						expect(await sessionsOf(person)).toHaveLength(2);
						await expectSound(site, person);
					});
				}
			}

			test("session hooks may read and write the database by a connection of their own", async () => {
				const { person } = await newcomer();
				const seen: unknown[] = [];
				running = async (model, moment, data) => {
					if (model !== "session") return;
					const { adapter } = site.context;
					const { userId } = data as { userId: string };
					const where = [{ field: "id", value: userId }];
					seen.push([
						moment,
						(await adapter.findOne<{ id: string }>({ model: "user", where }))?.id,
					]);
					await adapter.update({ model: "user", where, update: { image: "https://a.example/b" } });
				};
				for (let n = 0; n < 2; n++) {
					seen.length = 0;
					expect((await signIn(site.app.browser(), person)).pathname).toBe("/me");
					const { user } = await site.ofDid(person);
					expect(seen).toEqual([
						["before", user?.id],
						["after", user?.id],
					]);
				}
				await expectSound(site, person);
			});

			test("mapProfileToUser may read the database by a connection of its own", async () => {
				const { person, browser } = await newcomer();
				const second = await world.newPerson();
				let asked = 0;
				mapping = async () => {
					await site.context.adapter.count({ model: "user" });
					asked++;
				};
				for (const [who, by] of [
					[person, browser],
					[person, site.app.browser()],
					[second, browser],
				] as const) {
					asked = 0;
					expect((await signIn(by, who)).pathname).toBe("/me");
					expect(asked > 0 || who === second).toBe(true);
				}
				mapping = async () => {};
				await expectSound(site, person, second);
			});
		});
	}
}
