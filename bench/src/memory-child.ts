import { createHmac, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { SavedSession, StoredJwk } from "../../packages/core/src/stores/saved.ts";
import { replaceSession } from "../../packages/core/src/stores/session-store.ts";
import { type App, startApp } from "./app.ts";
import { expectOk } from "./browser.ts";
import { personOf } from "./stub-people.ts";

/** Run with `--expose-gc`: prints what one app's memory grows by, in bytes. */
const [starts = 0, sessions = 0] = process.argv.slice(2).map(Number);
const WARM_UP = 300;
const AT_ONCE = 8;

/**
 * The SDK gives a request 30 s, and what belongs to it stays in memory for as long, answered or
 * not. Here it gets less, so that nobody has to wait that long before looking.
 */
const LONGEST_TIMEOUT = 5000;
const { timeout } = AbortSignal;
AbortSignal.timeout = (delay) => timeout.call(AbortSignal, Math.min(delay, LONGEST_TIMEOUT));

const stub = new Worker(new URL("stub-network.ts", import.meta.url));
const [origin] = (await once(stub, "message")) as [string];
using app = await startApp({ handleResolver: origin, plcDirectoryUrl: origin });
const cookies = await storeSessions(app, sessions + WARM_UP);

await readSessions(cookies.splice(0, WARM_UP));
await beginSignIns(sessions + WARM_UP, WARM_UP);
const before = await heap();
await beginSignIns(sessions + 2 * WARM_UP, starts);
const between = await heap();
await readSessions(cookies.splice(0));
const after = await heap();

console.log(JSON.stringify({ starts: between - before, sessions: after - between }));
await stub.terminate();

/** Every one by somebody else. */
async function beginSignIns(first: number, count: number): Promise<void> {
	const numbers = Array.from({ length: count }, (_, index) => first + index);
	await inParallel(numbers, (number) => app.browser().begin(personOf({ number }).handle));
	await app.settled();
}

/** Every one of another stored session, which is restored for a look at its profile. */
async function readSessions(cookies: readonly string[]): Promise<void> {
	await inParallel(cookies, async (cookie) => {
		const browser = app.browser();
		browser.keepCookie(cookie);
		const { active, displayName } = await expectOk(await browser.get("/bsky/session"));
		if (!active || !displayName) throw new Error("A session was not restored.");
	});
	await app.settled();
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<unknown>) {
	const queue = items.values();
	const workers = Array.from({ length: AT_ONCE }, async () => {
		for (const item of queue) await run(item);
	});
	await Promise.all(workers);
}

async function heap(): Promise<number> {
	await setTimeout(LONGEST_TIMEOUT + 1000);
	// What a finalizer holds is let go a turn later, and collected by the next round.
	for (let round = 0; round < 5; round++) {
		global.gc?.();
		await setTimeout(200);
	}
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

/** Users who are signed in with a stored session each; returns their cookies. */
async function storeSessions({ context: contextOf, database }: App, count: number) {
	const context = await contextOf;
	const { name } = context.authCookies.sessionToken;
	const expires_at = new Date(Date.now() + 3_600_000).toISOString();
	const now = new Date().toISOString();
	const addUser = database.prepare(
		`insert into user (id, name, email, emailVerified, createdAt, updatedAt, bskyDid, bskyHandle)
		 values (?, ?, ?, 0, ?, ?, ?, ?)`,
	);
	const addSession = database.prepare(
		`insert into session (id, token, userId, expiresAt, createdAt, updatedAt)
		 values (?, ?, ?, ?, ?, ?)`,
	);
	const cookies: string[] = [];
	// Nothing here asks how long the disk takes.
	database.exec("pragma synchronous = off");
	database.exec("begin");
	for (let number = 0; number < count; number++) {
		const { did, handle } = personOf({ number });
		const id = `user-${number}`;
		const token = `session-token-${number}`;
		addUser.run(id, handle, `${number}@example.com`, now, now, did, handle);
		addSession.run(`session-${number}`, token, id, expires_at, now, now);
		const tokenSet: SavedSession["tokenSet"] = {
			iss: origin,
			sub: did,
			aud: origin,
			scope: "atproto transition:generic",
			token_type: "DPoP",
			access_token: `${did} access `.padEnd(600, "x"),
			refresh_token: `${did} refresh `.padEnd(400, "x"),
			expires_at,
		};
		await replaceSession(context, did, id, {
			dpopJwk: newKey(),
			authMethod: { method: "none" },
			tokenSet,
		});
		const signature = createHmac("sha256", context.secret).update(token).digest("base64");
		cookies.push(`${name}=${encodeURIComponent(`${token}.${signature}`)}`);
	}
	database.exec("commit");
	return cookies;
}

function newKey(): StoredJwk {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const { x = "", y = "", d = "" } = privateKey.export({ format: "jwk" });
	return { kty: "EC", crv: "P-256", x, y, d };
}
