import type { AuthContext } from "better-auth";
import { describe, expect, test, vi } from "vitest";
import { type Bsky, BskyPlugin } from "../src/bsky.ts";
import { Es256Key } from "../src/oauth/es256-key.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations, revokeCode, revokeRefused } from "../src/sessions/revoke.ts";
import { addRevocation, dueRevocations } from "../src/stores/revocation-store.ts";
import { databaseKinds } from "./databases.ts";
import { type AppOptions, pluginDefaults, startApp } from "./kit.ts";

/** How a server that we ask takes its time. */
type Manner = "silent" | "slow" | "refusing" | "down";

/** What one request of ours costs at most, in seconds: the time limit of base/fetch.ts. */
const PATIENCE = 10;

const dpopJwk = (await Es256Key.generate()).stored;

const HONEST = "https://pds.honest";

const metadataOf = (issuer: string) => ({
	issuer,
	authorization_endpoint: `${issuer}/authorize`,
	token_endpoint: `${issuer}/token`,
	revocation_endpoint: `${issuer}/revoke`,
	pushed_authorization_request_endpoint: `${issuer}/par`,
	require_pushed_authorization_requests: true,
	response_types_supported: ["code"],
	grant_types_supported: ["authorization_code", "refresh_token"],
	code_challenge_methods_supported: ["S256"],
	token_endpoint_auth_methods_supported: ["none"],
	dpop_signing_alg_values_supported: ["ES256"],
	scopes_supported: ["atproto"],
	authorization_response_iss_parameter_supported: true,
	client_id_metadata_document_supported: true,
});

/** An internet in which the honest server answers, and the others do as they like. */
class World {
	/** Requests to hostile servers under way, and most of them at once. */
	open = 0;
	peak = 0;
	/** Seconds that hostile servers have cost one lane after another. */
	spent = 0;
	revoked = 0;
	manner: Manner = "silent";
	/** What they do once the honest server was asked: then nothing is to be learnt of them. */
	afterwards?: Manner;
	/** The origin of each request. */
	readonly asked: string[] = [];

	readonly fetch: typeof globalThis.fetch = async (input) => {
		const { origin, pathname } = new URL(new Request(input).url);
		this.asked.push(origin);
		if (pathname.startsWith("/.well-known/")) {
			if (origin !== HONEST) await this.#meet(true);
			return Response.json(metadataOf(origin));
		}
		if (origin !== HONEST) {
			await this.#meet(false);
			return Response.json({ error: "invalid_request" }, { status: 400 });
		}
		this.revoked++;
		this.manner = this.afterwards ?? this.manner;
		return new Response(null, { status: 200 });
	};

	async #meet(first: boolean): Promise<void> {
		if (this.manner === "refusing") return;
		if (this.manner === "down") throw new TypeError("fetch failed");
		this.open++;
		this.peak = Math.max(this.peak, this.open);
		await new Promise((resolve) => setTimeout(resolve, 2));
		this.open--;
		this.spent += PATIENCE;
		// A slow one answers in the last moment.
		if (this.manner === "slow" && first) return;
		throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
	}
}

const DIRECTORIES = { handleResolverUrl: "https://resolver.honest", plcUrl: "https://plc.honest" };

/** An app in that world, with an empty queue. */
async function open(auth: AppOptions["auth"] = {}) {
	const world = new World();
	const plugin = { ...pluginDefaults(DIRECTORIES), fetch: world.fetch };
	const app = await startApp(DIRECTORIES, { auth, plugin });
	const context = (await app.auth.$context) as unknown as AuthContext;
	return { app, world, bsky: new BskyPlugin(resolveOptions(plugin)).at(context) };
}

const revocation = (iss: string, kind: "code" | "session") => ({
	owner: { iss, dpopJwk, authMethod: { method: "none" as const } },
	token: `${kind}-token`,
	kind,
});

const long = (ago: number) => new Date(Date.now() - ago * 1000);

/** Rows of hostile servers, due for longer than the honest one. */
const ARRANGEMENTS: Record<string, (n: number) => string> = {
	"at one server": () => "https://evil.example",
	"at a server for each": (n) => `https://evil-${n}.example`,
	"below one domain": (n) => `https://a${n}.evil.example`,
	"below one of a country's": (n) => `https://a${n}.evil.co.uk`,
	"at ports of one host": (n) => `https://evil.example:${10_000 + n}`,
	"at thirty servers": (n) => `https://evil-${n % 30}.example`,
};

/** Those that cost time, everywhere; the quick ones where they meet the most turns. */
const CASES = Object.keys(ARRANGEMENTS).flatMap((where) =>
	(["silent", "slow", "refusing", "down"] as const)
		.filter(
			(manner) => where === "at a server for each" || manner === "silent" || manner === "slow",
		)
		.map((manner) => ({ where, manner })),
);

/** Rounds begin a minute apart. How long it takes until the honest server is asked, in seconds. */
async function secondsUntilHonest(bsky: Bsky, world: World): Promise<number> {
	for (let minutes = 0; minutes < 60; minutes++) {
		world.spent = 0;
		let spent = 0;
		const watch = setInterval(() => {
			if (world.revoked === 0) spent = world.spent;
		}, 1);
		await retryRevocations(bsky, Date.now() + minutes * 60_000);
		clearInterval(watch);
		if (world.revoked > 0) return minutes * 60 + spent / Math.max(world.peak, 1);
	}
	return Number.POSITIVE_INFINITY;
}

test.each(CASES)("behind 300 hostile ones $where, $manner", async ({ where, manner }) => {
	const { app, bsky, world } = await open();
	Object.assign(world, { manner, afterwards: "refusing" });
	for (let n = 0; n < 300; n++) {
		const hostile = revocation(ARRANGEMENTS[where]?.(n) ?? "", n % 3 === 0 ? "session" : "code");
		await addRevocation(bsky.context, hostile, long(5000 - n));
	}
	await addRevocation(bsky.context, revocation(HONEST, "session"), long(1));
	expect(await secondsUntilHonest(bsky, world)).toBeLessThanOrEqual(180);
	expect(world.peak).toBeLessThanOrEqual(100);
	await app.close();
});

test("behind 45 silent servers with sixty each", async () => {
	const { app, bsky, world } = await open();
	world.afterwards = "refusing";
	for (let n = 0; n < 45 * 60; n++) {
		const hostile = revocation(`https://evil-${n % 45}.example`, "session");
		await addRevocation(bsky.context, hostile, long(5000 - n));
	}
	await addRevocation(bsky.context, revocation(HONEST, "session"), long(1));
	expect(await secondsUntilHonest(bsky, world)).toBeLessThanOrEqual(180);
	await app.close();
});

/** What one address can have written: five lost codes a minute. */
test("an hour of lost codes at one server leaves a bounded number of rows", async () => {
	const { app, bsky, world } = await open();
	world.manner = "down";
	const start = Date.now();
	for (let minute = 0; minute < 60; minute++) {
		for (let n = 0; n < 5; n++) {
			const issuer = `https://${minute}-${n}.evil.example`;
			await revokeCode(bsky, revocation(issuer, "code").owner, "a-code", new Error("lost"));
		}
		await vi.waitFor(() => expect(world.asked.length).toBeGreaterThanOrEqual((minute + 1) * 5));
		await retryRevocations(bsky, start + minute * 60_000);
	}
	await vi.waitFor(() => expect(app.rows("bskyRevocation").length).toBeLessThanOrEqual(100));
	// None of them takes a session's place, and none keeps another's waiting.
	await addRevocation(bsky.context, revocation(HONEST, "session"), long(1));
	await retryRevocations(bsky);
	expect(world.revoked).toBe(1);
	await app.close();
});

/** What this app can't revoke by itself, and another one may. */
const FOR_OTHERS = [
	["a key that it doesn't have", { authMethod: { method: "private_key_jwt", kid: "gone" } }],
	["a client that it isn't", { clientId: "https://other.example/client.json" }],
] as const;

describe.each(FOR_OTHERS)("what takes %s", (_, other) => {
	const { owner, ...rest } = revocation(HONEST, "session");
	const theirs = { ...rest, owner: { ...owner, ...other } };

	test("is bounded, and keeps no place of what is newer", async () => {
		const { app, bsky, world } = await open();
		const { key } = await addRevocation(bsky.context, theirs, new Date(4e12));
		app.database.exec(`with recursive n(x) as (select 1 union all select x + 1 from n where x < 4999)
			insert into bskyRevocation (id, key, token, server, kind, attempts, nextAttemptAt, createdAt)
			select x, x, token, server, kind, 0, nextAttemptAt, '2020-01-02T03:04:05.000Z'
			from bskyRevocation, n where key = '${key}'`);
		for (let n = 0; n < 5; n++) await revokeRefused(bsky, theirs);
		const rows = () => app.rows("bskyRevocation");
		await expect.poll(() => rows().length).toBeLessThanOrEqual(5000);
		expect(rows().filter((row) => String(row.createdAt) > "2021")).toHaveLength(6);
		expect(world.revoked).toBe(0);
		await app.close();
	});

	test("costs less and less, and goes no later than six hours after it can", async () => {
		const { app, bsky } = await open();
		await addRevocation(bsky.context, theirs, long(1));
		app.database.exec(`create table writes (n);
			create trigger noted after update on bskyRevocation begin insert into writes values (1); end`);
		const start = Date.now();
		const writes = async (from: number, to: number) => {
			const before = app.rows("writes").length;
			for (let minute = from; minute < to; minute++)
				await retryRevocations(bsky, start + minute * 60_000);
			return app.rows("writes").length - before;
		};
		expect(await writes(0, 6 * 60)).toBeLessThanOrEqual(20);
		expect(await writes(6 * 60, 30 * 60)).toBeLessThanOrEqual(10);
		app.database.exec("delete from writes");
		expect(await writes(30 * 60, 36 * 60 + 1)).toBe(2);
		await app.close();
	});

	test("goes ahead of nothing that was due before", async () => {
		const { app, bsky, world } = await open();
		const due = (ago: number) => new Date(Date.now() - ago);
		const { key } = await addRevocation(bsky.context, revocation(HONEST, "session"), due(9000));
		// Its server was down a moment ago.
		app.database.exec(`update bskyRevocation set attempts = 1 where key = '${key}'`);
		for (let n = 0; n < 5; n++) await addRevocation(bsky.context, theirs, due(5000));
		app.database.exec(`create table claims (key);
			create trigger noted before update on bskyRevocation begin insert into claims values (old.key); end`);
		await retryRevocations(bsky);
		expect(world.revoked).toBe(1);
		expect(app.rows("claims")[0]).toEqual({ key });
		await app.close();
	});

	test("has an end where it doesn't say its age, and no end of tries where it does", async () => {
		const { app, bsky } = await open();
		const { key } = await addRevocation(bsky.context, theirs, long(1));
		await addRevocation(bsky.context, theirs, long(1));
		app.database.exec(`update bskyRevocation set createdAt = null where key = '${key}'`);
		const start = Date.now();
		for (let n = 0; n < 40; n++) await retryRevocations(bsky, start + n * 2 * 3_600_000);
		expect(app.rows("bskyRevocation")).toMatchObject([{ attempts: 0 }]);
		expect(app.rows("bskyRevocation")[0]?.key).not.toBe(key);
		await app.close();
	});
});

describe("a server that never answers", () => {
	test.each([
		["code", 7, 1],
		["session", 11, 17],
	] as const)("is asked for a %s %i times in all, within %i hours", async (kind, times, hours) => {
		const { app, bsky, world } = await open();
		world.manner = "down";
		const start = Date.now();
		const given = revocation("https://evil.example", kind);
		if (kind === "code") await revokeCode(bsky, given.owner, given.token, new Error("lost"));
		else await revokeRefused(bsky, given);
		await vi.waitFor(() => expect(world.asked).toHaveLength(1));
		let last = 0;
		for (let minute = 1; minute < 24 * 60; minute++) {
			const before = world.asked.length;
			await retryRevocations(bsky, start + minute * 60_000);
			if (world.asked.length > before) last = minute;
		}
		expect(world.asked).toHaveLength(times);
		expect(Math.round(last / 60)).toBe(hours);
		expect(app.rows("bskyRevocation")).toEqual([]);
		expect(app.logs.filter((line) => line.includes("tried again"))).toHaveLength(1);
		const errors = app.logs.filter((line) => line.startsWith("error"));
		expect(errors).toHaveLength(kind === "session" ? 1 : 0);
		await app.close();
	});
});

test("one server is asked for one after another", async () => {
	const { app, bsky, world } = await open();
	for (let n = 0; n < 30; n++) {
		await addRevocation(bsky.context, revocation("https://evil.example", "session"), long(n));
	}
	await retryRevocations(bsky);
	expect(world.peak).toBe(1);
	await app.close();
});

test("what waits for long is said in one figure", async () => {
	const { app, bsky, world } = await open();
	world.manner = "down";
	for (let n = 0; n < 3; n++) {
		await addRevocation(bsky.context, revocation(`https://evil-${n}.example`, "session"), long(1));
	}
	app.database.exec("update bskyRevocation set createdAt = '2020-01-02T03:04:05.000Z'");
	await retryRevocations(bsky);
	await retryRevocations(bsky);
	const said = app.logs.filter((line) => line.includes("wait for their servers"));
	expect(said).toEqual([
		expect.stringContaining(": 3, the oldest since 2020-01-02T03:04:05.000Z."),
	]);
	await app.close();
});

const kinds = await databaseKinds();

describe.each(kinds)("$name", (kind) => {
	test.skipIf(kind.missing)(
		`a round, with rows of earlier versions ${kind.missing ?? ""}`,
		async () => {
			const { database, drop } = await kind.create();
			const { app, bsky, world } = await open({ database });
			world.manner = "down";
			for (let n = 0; n < 60; n++) {
				const iss = n % 2 === 0 ? "https://evil.example" : `https://evil-${n}.example`;
				await addRevocation(bsky.context, revocation(iss, "code"), long(60 - n));
			}
			const { key } = await addRevocation(bsky.context, revocation(HONEST, "session"), long(1));
			await bsky.context.adapter.updateMany({
				model: "bskyRevocation",
				where: [{ field: "key", value: key }],
				update: { server: null, kind: null, createdAt: null },
			});
			const rows = () => bsky.context.adapter.count({ model: "bskyRevocation" });
			await Promise.all([retryRevocations(bsky), retryRevocations(bsky)]);
			expect(world.revoked).toBe(1);
			expect(await rows()).toBe(60);
			// Of thirty with one row each, and one with thirty, which each round asks once.
			const asked = world.asked.filter((origin) => origin !== HONEST).length;
			expect([31, 32]).toContain(asked);
			await app.close();
			await drop();
		},
	);

	test.skipIf(kind.missing)(
		`rows of earlier versions, behind more of one server than are listed at once ${kind.missing ?? ""}`,
		async () => {
			const { database, drop } = await kind.create();
			const { app, bsky } = await open({ database });
			await bsky.context.adapter.transaction(async (adapter) => {
				for (let n = 0; n < 600; n++) {
					const row = { key: `key-${n}`, token: "sealed", kind: "code", attempts: 0 };
					const server = n === 599 ? null : "somebody";
					const nextAttemptAt = long(1000 - n);
					await adapter.create({
						model: "bskyRevocation",
						data: { ...row, server, nextAttemptAt },
					});
				}
			});
			const due = await dueRevocations(bsky.context, new Date());
			expect(due.flat().map(({ key }) => key)).toContain("key-599");
			await app.close();
			await drop();
		},
	);
});

/** Fewer than a tenth of a page each, and fewer in all than the four pages that a round lists. */
test.each([false, true])(
	"behind sixty silent servers with thirty each, put off by the round before: %s",
	async (isPutOff) => {
		const { app, bsky, world } = await open();
		world.afterwards = "refusing";
		const hostile = (n: number) =>
			revocation(`https://evil-${Math.floor(n / 30)}.example`, "session");
		const begun = Date.now();
		for (let n = 0; n < 60 * 30; n++) await addRevocation(bsky.context, hostile(n), long(5000 - n));
		if (isPutOff) await retryRevocations(bsky, begun);
		// Due a second later than what the round before has put off.
		await addRevocation(
			bsky.context,
			revocation(HONEST, "session"),
			new Date(isPutOff ? begun + 61_000 : begun - 1000),
		);
		expect(world.revoked).toBe(0);
		let rounds = 0;
		for (let now = begun + 120_000; world.revoked === 0 && rounds < 60; now += 60_000) {
			rounds++;
			await retryRevocations(bsky, now);
		}
		expect(rounds).toBeLessThanOrEqual(3);
		await app.close();
	},
);
