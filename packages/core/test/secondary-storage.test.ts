import type { AddressInfo } from "node:net";
import { connect as connectTo, createServer, type Socket } from "node:net";
import { approve } from "@better-auth-bsky/devnet";
import { triedIn } from "@better-auth-bsky/tools/tried";
import type { AuthContext } from "better-auth";
import { describe, expect, onTestFinished, type TestContext, test } from "vitest";
import { consumeState, saveState, sealState } from "../src/stores/state-store.ts";
import { type AppOptions, newPerson, startApp, useNetwork } from "./kit.ts";
import { REDIS, type SecondaryStorage, useRedis, whyNoRedis } from "./redis.ts";
import { lifeApp, wholeLife } from "./whole-life.ts";

/** Sign-ins under way in better-auth's secondary storage, a real Redis. */

const { works } = triedIn("databases");
const network = await useNetwork({ appView: "none" });
const person = await newPerson(network);
const missing = await whyNoRedis();
const name = (text: string) => (missing ? `${text} (skipped: ${missing})` : text);

async function open(secondaryStorage: SecondaryStorage, auth: AppOptions["auth"] = {}) {
	const app = await startApp(network, { auth: { ...auth, secondaryStorage } });
	onTestFinished(() => app.close());
	const context = (await app.auth.$context) as unknown as AuthContext;
	return { app, context, browser: app.browser() };
}

const skipMissing = ({ skip }: Pick<TestContext, "skip">) => missing && skip(missing);

works(
	"Redis as `secondaryStorage`",
	"Sign-ins under way are there, sealed, with an end of their own, unless `verification.storeInDatabase` is set.",
	async (context) => {
		skipMissing(context);
		const { storage, keys, sessions } = await useRedis();
		const { app } = await open(storage, { user: { deleteUser: { enabled: true } } });
		const people = [await newPerson(network), await newPerson(network)] as const;
		await wholeLife(network, lifeApp(app, sessions), people);
		expect(await keys("bsky-state:")).toEqual([]);
	},
);

describe.skipIf(missing)(name("a sign-in under way"), () => {
	test("is sealed, ends within the hour, and is in no table", async () => {
		const { redis, storage, keys } = await useRedis();
		const { app, browser } = await open(storage);
		const url = await browser.begin(person.handle);
		expect(app.rows("bskyState")).toEqual([]);
		const [key = "", ...more] = await keys("bsky-state:");
		expect(more).toEqual([]);
		const seconds = await redis.ttl(key);
		expect(seconds).toBeGreaterThan(3590);
		expect(seconds).toBeLessThanOrEqual(3600);
		const value = (await redis.get(key)) ?? "";
		expect(value).not.toMatch(/verifier|callbackURL|dpop|localhost|\/me/i);
		const back = await approve(url, { account: person });
		expect(key + value).not.toContain(back.searchParams.get("state"));
		for (const cookie of browser.cookies.values()) expect(key + value).not.toContain(cookie);
		expect((await browser.arrive(back)).pathname).toBe("/me");
		expect(await keys("bsky-state:")).toEqual([]);
	});

	test("serves one of two callbacks at once, each time", async () => {
		const { storage } = await useRedis();
		const { context } = await open(storage);
		for (let round = 0; round < 20; round++) {
			const pending = { sdk: {}, redirectUri: "", callbackURL: `/${round}` } as never;
			await saveState(
				context,
				context,
				await sealState(context, `state-${round}`, "browser", pending),
			);
			const taken = await Promise.all(
				[1, 2, 3, 4].map(() => consumeState(context, `state-${round}`, "browser")),
			);
			expect(taken.filter((each) => each !== "no_row")).toEqual([pending]);
		}
	});

	test("signs one of two tabs in, by one better-auth session", async () => {
		const { storage } = await useRedis();
		const { browser } = await open(storage);
		const someone = await newPerson(network);
		const back = await approve(await browser.begin(someone.handle), { account: someone });
		const ends = await Promise.all([browser.arrive(back), browser.arrive(back)]);
		const errors = ends.map((end) => end.searchParams.get("error"));
		expect(errors.toSorted()).toEqual(["state_not_found", null].toSorted());
		await expect.poll(() => network.liveTokens(someone.did)).toHaveLength(1);
	});

	test("isn't spoilt by another browser that has its URL", async () => {
		const { storage } = await useRedis();
		const { app, browser } = await open(storage);
		const back = await approve(await browser.begin(person.handle), { account: person });
		const end = await app.browser().arrive(back);
		expect(end.searchParams.get("error")).toBe("state_not_found");
		expect((await browser.arrive(back)).pathname).toBe("/me");
	});

	test("from before the app had its storage comes back all the same", async () => {
		const { storage } = await useRedis();
		const { app, browser, context } = await open(storage);
		Object.assign(context.options, { secondaryStorage: undefined });
		const url = await browser.begin(person.handle);
		expect(app.rows("bskyState")).toHaveLength(1);
		Object.assign(context.options, { secondaryStorage: storage });
		expect((await browser.arrive(await approve(url, { account: person }))).pathname).toBe("/me");
		expect(app.rows("bskyState")).toEqual([]);
	});

	test.each([
		["whose clock says that it has ended", { expiresAt: "2020-01-01T00:00:00.000Z" }],
		["of another sign-in", { state: "x" }],
	])("%s is nobody's", async (_, change) => {
		const { redis, storage, keys } = await useRedis();
		const { browser } = await open(storage);
		const url = await browser.begin(person.handle);
		const [key = ""] = await keys("bsky-state:");
		const value = JSON.parse((await redis.get(key)) ?? "{}");
		await redis.set(key, JSON.stringify({ ...value, ...change }));
		const end = await browser.arrive(await approve(url, { account: person }));
		expect(end.searchParams.get("error")).toBe("state_not_found");
	});

	test.each(["not JSON", "null", "[]", '{"state":1}'])(
		"that reads %s is nobody's",
		async (text) => {
			const { redis, storage, keys } = await useRedis();
			const { browser } = await open(storage);
			const url = await browser.begin(person.handle);
			const [key = ""] = await keys("bsky-state:");
			await redis.set(key, text);
			const end = await browser.arrive(await approve(url, { account: person, deny: true }));
			expect(end.searchParams.get("error")).toBe("state_not_found");
		},
	);

	test("may come parsed, as some clients do", async () => {
		const { redis, storage } = await useRedis();
		const { browser } = await open({
			...storage,
			getAndDelete: async (key) => JSON.parse((await redis.getdel(key)) ?? "null"),
		});
		expect((await browser.signIn(person)).pathname).toBe("/me");
	});
});

describe.skipIf(missing)(name("a sign-in under way stays in the database"), () => {
	test.each([
		["where better-auth's verifications do", { verification: { storeInDatabase: true } }, {}],
		["where the storage can't take it out in one step", {}, { getAndDelete: undefined }],
	])("%s", async (_, auth, storage) => {
		const redis = await useRedis();
		const { app, browser } = await open(Object.assign(redis.storage, storage), {
			...auth,
			session: { storeSessionInDatabase: true },
		});
		const url = await browser.begin(person.handle);
		expect(app.rows("bskyState")).toHaveLength(1);
		expect(await redis.keys("bsky-state:")).toEqual([]);
		expect((await browser.arrive(await approve(url, { account: person }))).pathname).toBe("/me");
	});
});

describe.skipIf(missing)(name("while Redis is down"), () => {
	test("nobody's sign-in begins, and that is said", async () => {
		const { storage, link } = await useBreakableRedis();
		const { app, browser } = await open(storage, { rateLimit: { enabled: false } });
		link.cut();
		const answer = await browser.post("/bsky/sign-in", { handle: person.handle });
		expect([answer.status, await answer.json()]).toEqual([
			500,
			expect.objectContaining({ code: "INTERNAL_SERVER_ERROR" }),
		]);
		expect(app.logs.join("\n")).toMatch(/sign-in could not begin/);
		for (const table of ["user", "bskyState", "bskySession"]) expect(app.rows(table)).toEqual([]);
	});

	test("one that is under way fails in words, and goes on afterwards", async () => {
		const someone = await newPerson(network);
		const { storage, link } = await useBreakableRedis();
		const { app, browser } = await open(storage);
		const back = await approve(await browser.begin(someone.handle), { account: someone });
		link.cut();
		const end = await browser.arrive(back);
		expect(end.searchParams.get("error")).toBe("internal_server_error");
		for (const table of ["user", "account", "bskyAccount", "bskySession", "bskyRevocation"]) {
			expect(app.rows(table)).toEqual([]);
		}
		expect(await network.liveTokens(someone.did)).toEqual([]);
		await link.mend();
		expect((await browser.arrive(back)).pathname).toBe("/me");
		expect(await network.liveTokens(someone.did)).toHaveLength(1);
	});

	test("between the state and better-auth's session, nothing half-made stays", async () => {
		const someone = await newPerson(network);
		const { storage, link } = await useBreakableRedis();
		let isFirst = true;
		const { app, browser } = await open({
			...storage,
			getAndDelete: async (key) => {
				const value = await storage.getAndDelete(key);
				if (isFirst) link.cut();
				isFirst = false;
				return value;
			},
		});
		const end = await browser.arrive(
			await approve(await browser.begin(someone.handle), { account: someone }),
		);
		expect(end.searchParams.get("error")).toBe("internal_server_error");
		expect(app.rows("bskySession")).toEqual([]);
		await expect.poll(() => network.liveTokens(someone.did)).toEqual([]);
		await link.mend();
		expect((await app.browser().signIn(someone)).pathname).toBe("/me");
		expect(await network.liveTokens(someone.did)).toHaveLength(1);
		expect(app.rows("user")).toHaveLength(1);
	});
});

/** Redis by way of a link that can be cut, and mended. */
async function useBreakableRedis() {
	const { hostname, port } = new URL(REDIS);
	const open = new Set<Socket>();
	let isCut = false;
	const server = createServer((socket) => {
		if (isCut) {
			socket.destroy();
			return;
		}
		const upstream = connectTo(Number(port || 6379), hostname);
		for (const each of [socket, upstream]) {
			open.add(each);
			each.on("error", () => {});
			each.on("close", () => open.delete(each));
		}
		socket.pipe(upstream).pipe(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const cut = () => {
		isCut = true;
		for (const socket of open) socket.destroy();
	};
	onTestFinished(() => {
		cut();
		server.close();
	});
	const used = await useRedis(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`);
	const mend = async () => {
		isCut = false;
		await expect.poll(() => used.redis.status, { timeout: 5000 }).toBe("ready");
	};
	await mend();
	return { ...used, link: { cut, mend } };
}
