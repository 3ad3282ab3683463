import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseEnv } from "node:util";
import { atprotoAuth } from "@better-auth-bsky/core";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { expect, test } from "vitest";
import { makeKey } from "../src/keygen.ts";
import { APP, runWith } from "./run.ts";

const SECRET = "a-test-secret-that-is-long-enough-0123456789";
/** A server at which nothing answers. */
const NOWHERE = "http://localhost:9";
const BASE = "https://shop.dev";

/** Somebody's session, as it is after a sign-in. */
async function appWithSession(key: { text: string; kid: string }) {
	const folder = mkdtempSync(join(tmpdir(), "bsky-rotate-"));
	const file = join(folder, "app.sqlite");
	const auth = betterAuth({
		baseURL: BASE,
		secret: SECRET,
		logger: { disabled: true },
		database: new DatabaseSync(file),
		plugins: [atprotoAuth({ privateKey: key.text, clientMetadata: { clientName: "Shop" } })],
	});
	await (await getMigrations(auth.options)).runMigrations();
	const { adapter, internalAdapter } = await auth.$context;
	const person = { email: "ann@shop.dev", name: "Ann" };
	const { id: userId } = await internalAdapter.createUser(person, { method: "email" });
	const did = "did:plc:ann";
	const { privateKey } = await crypto.subtle.generateKey(
		{ name: "ECDSA", namedCurve: "P-256" },
		true,
		["sign", "verify"],
	);
	const { kty = "EC", crv, x, y, d } = await crypto.subtle.exportKey("jwk", privateKey);
	const tokenSet = {
		...{ iss: NOWHERE, sub: did, aud: NOWHERE, scope: "atproto" },
		...{ access_token: "access", refresh_token: "refresh", token_type: "DPoP" },
	};
	const authMethod = { method: "private_key_jwt", kid: key.kid };
	await auth.api.importBskyAccount({
		body: { did, userId, session: { dpopJwk: { kty, crv, x, y, d }, authMethod, tokenSet } },
	});
	return {
		folder,
		database: file,
		forget: () => internalAdapter.deleteUser(userId),
		revoked: () => adapter.deleteMany({ model: "bskyRevocation", where: [] }),
	};
}

// It runs the command a dozen times, in a process each.
test("a key is replaced, and goes only when no session needs it", {
	timeout: 180_000,
}, async () => {
	const first = makeKey();
	const app = await appWithSession(first);
	const env = join(app.folder, ".env");
	writeFileSync(
		env,
		`BETTER_AUTH_URL=${BASE}\nBETTER_AUTH_SECRET=${SECRET}\nDATABASE=${app.database}\nBSKY_PRIVATE_KEY=${first.text}\n`,
	);
	const rotate = (...args: string[]) =>
		runWith({}, "rotate", "--cwd", APP, "--env", env, "--write", env, ...args);
	const keys = () => {
		const { BSKY_PRIVATE_KEY, BSKY_NEXT_PRIVATE_KEY, BSKY_OLD_PRIVATE_KEY } = parseEnv(
			readFileSync(env, "utf8"),
		);
		return [BSKY_PRIVATE_KEY, BSKY_NEXT_PRIVATE_KEY, BSKY_OLD_PRIVATE_KEY];
	};

	expect((await rotate("--promote")).code).toBe(2);
	expect((await rotate("--new")).code).toBe(0);
	const [, next] = keys();
	expect(keys()).toEqual([first.text, expect.stringMatching(/^[\w-]+$/), undefined]);
	expect((await rotate("--new")).code).toBe(2);
	const early = await rotate("--promote");
	expect(early.out).toContain("The new key is 0 minutes old");
	expect(early.code).toBe(1);
	expect(keys()[0]).toBe(first.text);
	const ago = new Date(Date.now() - 15 * 60_000).toISOString();
	writeFileSync(env, readFileSync(env, "utf8").replace(/(?<=_SINCE=).*/, ago));
	expect((await rotate("--promote")).code).toBe(0);
	expect(keys()).toEqual([next, "", first.text]);
	expect(readFileSync(env, "utf8")).toMatch(/^BSKY_NEXT_PRIVATE_KEY_SINCE=$/m);

	const status = await rotate("--json");
	expect(status.code, status.out + status.err).toBe(0);
	expect(JSON.parse(status.out).keys).toMatchObject([
		{ role: "signs", sessions: 0, neededUntil: null },
		{ kid: first.kid, role: "published", sessions: 1, neededUntil: expect.any(String) },
	]);
	expect((await rotate()).out).toContain("1 session began with it");
	expect((await rotate("--drop")).code).toBe(1);
	expect(keys()).toEqual([next, "", first.text]);
	// Another rotation on top would lose the old one.
	writeFileSync(
		env,
		readFileSync(env, "utf8").replace(/^(BSKY_NEXT_PRIVATE_KEY=)$/m, `$1${first.text}`),
	);
	expect((await rotate("--promote")).code).toBe(2);
	writeFileSync(env, readFileSync(env, "utf8").replace(/^(BSKY_NEXT_PRIVATE_KEY=).*$/m, "$1"));
	expect(keys()).toEqual([next, "", first.text]);

	const locked = readFileSync(env, "utf8");
	writeFileSync(env, locked.replace(SECRET, "another-secret-that-is-long-9876543210"));
	const blind = await rotate("--drop");
	expect(blind.out).toContain("1 of the stored sessions can't be opened");
	expect(blind.code).toBe(1);
	writeFileSync(env, locked);

	await app.forget();
	// What ended with them is still to be revoked, with the key that it began with.
	const waiting = await rotate("--drop");
	expect(waiting.out).toContain("1 revocation waits for it");
	expect(waiting.code).toBe(1);
	await app.revoked();
	expect((await rotate("--drop")).code).toBe(0);
	expect(keys()).toEqual([next, "", ""]);
});

test("a key that sessions need, and nobody has any more", async () => {
	const app = await appWithSession(makeKey());
	const { code, out } = await runWith(
		{
			BETTER_AUTH_URL: BASE,
			BETTER_AUTH_SECRET: SECRET,
			DATABASE: app.database,
			BSKY_PRIVATE_KEY: makeKey().text,
		},
		...["rotate", "--cwd", APP],
	);
	expect(out).toContain("not in privateKey: 1 session");
	expect(code).toBe(1);
});

test("whoever can't wait says so", async () => {
	const env = join(mkdtempSync(join(tmpdir(), "bsky-rotate-")), ".env");
	const first = makeKey().text;
	writeFileSync(env, `BSKY_PRIVATE_KEY=${first}\n`);
	await runWith({}, "rotate", "--write", env, "--new");
	expect((await runWith({}, "rotate", "--write", env, "--promote")).code).toBe(1);
	expect((await runWith({}, "rotate", "--write", env, "--promote", "--now")).code).toBe(0);
	expect(parseEnv(readFileSync(env, "utf8")).BSKY_OLD_PRIVATE_KEY).toBe(first);
});

test.each(["yesterday", "2999-01-01T00:00:00Z"])(
	"a new key that is there since %s",
	async (since) => {
		const env = join(mkdtempSync(join(tmpdir(), "bsky-rotate-")), ".env");
		const text = `BSKY_PRIVATE_KEY=${makeKey().text}\nBSKY_NEXT_PRIVATE_KEY=${makeKey().text}\nBSKY_NEXT_PRIVATE_KEY_SINCE=${since}\n`;
		writeFileSync(env, text);
		const { code, err } = await runWith({}, "rotate", "--write", env, "--promote");
		expect(err).toContain(`${since} is no time that has been`);
		expect(code).toBe(2);
		expect(readFileSync(env, "utf8")).toBe(text);
		expect((await runWith({}, "rotate", "--write", env, "--promote", "--now")).code).toBe(0);
	},
);

test("no step to be taken now", async () => {
	const { code, err } = await runWith({}, "rotate", "--now");
	expect(err).toContain("--now goes with --promote");
	expect(code).toBe(2);
});

test("two steps at once", async () => {
	const { code, err } = await runWith({}, "rotate", "--new", "--promote");
	expect(err).toContain("One step at a time");
	expect(code).toBe(2);
});

test("each step says as JSON what it did", async () => {
	const folder = mkdtempSync(join(tmpdir(), "bsky-rotate-"));
	const file = join(folder, ".env");
	writeFileSync(file, `BSKY_PRIVATE_KEY=${makeKey().text}\n`);
	const rotate = async (...args: string[]) => {
		const { code, out } = await runWith({}, "rotate", "--cwd", folder, "--json", ...args);
		return { code, ...JSON.parse(out) };
	};
	expect(await rotate("--new")).toEqual({
		...{ code: 0, written: true, file, name: "BSKY_NEXT_PRIVATE_KEY" },
		kid: expect.stringMatching(/^[\w-]{43}$/),
	});
	expect(await rotate("--promote")).toEqual({ code: 1, written: false, file, minutes: 0 });
	expect(await rotate("--promote", "--now")).toEqual({
		...{ code: 0, written: true, file, name: "BSKY_PRIVATE_KEY" },
	});
});
