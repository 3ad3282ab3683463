import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { DevnetError, startNetwork } from "../src/index.ts";
import { assertPostgres } from "../src/reference/database.ts";
import { canListListeners, listeners } from "./listeners.ts";

const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith("bsky-devnet-"));

it("a start that fails says why and leaves nothing behind", async () => {
	const listening = canListListeners ? listeners() : [];
	const before = new Set(left());
	const postgresUrl = "postgres://someone:secret@127.0.0.1:1/nothing";
	const failed = startNetwork({ accounts: [], appView: "reference", postgresUrl });
	const error = await failed.catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(DevnetError);
	expect(String(error)).toContain("needs PostgreSQL, and postgres://someone@127.0.0.1:1/nothing");
	if (canListListeners) expect(listeners()).toEqual(listening);
	// Networks of other processes come and go in the same folder: look at this one's only.
	const own = left().filter((name) => !before.has(name));
	for (const name of own) expect(existsSync(`${tmpdir()}/${name}/plc.jsonl`)).toBe(false);
});

it("an account that can't be made is refused with the server's reason", async () => {
	const network = await startNetwork({ accounts: [{ handle: "alice.test" }], appView: false });
	await expect(network.createAccount({ handle: "alice.test" })).rejects.toThrow("already taken");
	expect(() => network.account("bob.test")).toThrow("Nobody on this network");
	await network.close();
});

it("a password in a PostgreSQL address is not repeated", async () => {
	const pool = { query: () => Promise.reject(new Error("refused")) };
	const refused = assertPostgres(pool, "postgres://a:secret@127.0.0.1:5432/b");
	await expect(refused).rejects.not.toThrow("secret");
});
