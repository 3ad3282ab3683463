import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { DevnetError, startNetwork } from "../src/index.ts";
import { assertPostgres } from "../src/reference/database.ts";
import { canListListeners, listeners } from "./listeners.ts";

it("a start that fails says why and leaves nothing behind", async () => {
	const listening = canListListeners ? listeners() : [];
	// Networks of other processes come and go in the folder that all of them share.
	const folder = mkdtempSync(join(tmpdir(), "bsky-refusals-"));
	vi.stubEnv("TMPDIR", folder);
	onTestFinished(() => {
		vi.unstubAllEnvs();
		rmSync(folder, { recursive: true });
	});
	const postgresUrl = "postgres://someone:secret@127.0.0.1:1/nothing";
	const failed = startNetwork({ accounts: [], appView: "reference", postgresUrl });
	const error = await failed.catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(DevnetError);
	expect(String(error)).toContain("needs PostgreSQL, and postgres://someone@127.0.0.1:1/nothing");
	if (canListListeners) expect(listeners()).toEqual(listening);
	expect(readdirSync(folder)).toEqual([]);
});

it("a taken port of Jetstream is said to be taken, also when it comes back", async () => {
	const network = await startNetwork({ accounts: [], appView: false });
	const { port } = network.jetstream;
	const again = startNetwork({ accounts: [], appView: false, jetstreamPort: port });
	await expect(again).rejects.toThrow(
		/^Jetstream can't listen on port \d+: .* \(--jetstream-port or --port on the command line/,
	);
	await network.jetstream.stop();
	const squatter = createServer().listen(port, "127.0.0.1");
	await once(squatter, "listening");
	await expect(network.jetstream.start()).rejects.toThrow(DevnetError);
	squatter.close();
	await network.jetstream.start();
	expect((await fetch(network.jetstream.url)).status).toBe(404);
	await network.close();
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
