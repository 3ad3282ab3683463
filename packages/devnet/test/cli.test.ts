import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";

const BIN = fileURLToPath(new URL("../bin/bsky-devnet.mjs", import.meta.url));
const NODE = ["--conditions=@better-auth-bsky/source", BIN];
const FREE = ["pds", "plc", "appview", "resolver", "jetstream", "control"].map(
	(name) => `--${name}-port=0`,
);
const stops: (() => unknown)[] = [];
afterEach(async () => {
	for (const stop of stops.splice(0)) await stop();
});

/** Runs the command until it has printed `until`, or has ended. */
async function start(args: string[], until: RegExp) {
	const child = spawn(process.execPath, [...NODE, ...args]);
	const output = { out: "", err: "" };
	stops.push(() => child.kill("SIGKILL"));
	const ended = once(child, "exit").then(([code]) => code as number | null);
	child.stderr.on("data", (chunk) => {
		output.err += chunk;
	});
	await new Promise<void>((resolve) => {
		child.stdout.on("data", (chunk) => {
			output.out += chunk;
			if (until.test(output.out)) resolve();
		});
		void ended.then(() => resolve());
	});
	return { child, output, ended };
}

/** The first of seven ports in a row that nobody uses. */
async function sevenFreePorts(): Promise<number> {
	const base = 20_000 + Math.floor(Math.random() * 10_000);
	const servers = Array.from({ length: 7 }, (_, index) => createServer().listen(base + index));
	const listening = await Promise.allSettled(servers.map((server) => once(server, "listening")));
	for (const server of servers) server.close();
	return listening.every(({ status }) => status === "fulfilled") ? base : sevenFreePorts();
}

describe("bsky-devnet", () => {
	it("starts, says where everything is, and stops at SIGINT with nothing left", async () => {
		const { child, output, ended } = await start(
			[...FREE, "--behave=par-200", "--behave=no-revocation-endpoint", "--json"],
			/\n/,
		);
		expect(output.err).toBe("");
		const network = JSON.parse(output.out) as {
			pdsUrl: string;
			jetstreamUrl: string;
			config: Record<string, string>;
			accounts: { handle: string; password: string }[];
		};
		expect(network.accounts.map(({ handle }) => handle)).toEqual([
			"alice.test",
			"bob.test",
			"carla.test",
		]);
		const session = await fetch(`${network.pdsUrl}/xrpc/com.atproto.server.createSession`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({
				identifier: "alice.test",
				password: network.accounts[0]?.password,
			}),
		});
		expect(session.status).toBe(200);
		const metadata = await fetch(`${network.pdsUrl}/.well-known/oauth-authorization-server`);
		expect(await metadata.json()).not.toHaveProperty("revocation_endpoint");
		expect(Object.keys(network.config)).toEqual(["handleResolver", "plcDirectoryUrl", "allowHttp"]);
		const stream = new WebSocket(network.jetstreamUrl);
		await once(stream, "open");
		// Whoever started it may hand on what it hears from the terminal, which both are told.
		child.kill("SIGINT");
		await wait(20);
		child.kill("SIGINT");
		expect(await ended).toBe(0);
		await expect(fetch(`${network.pdsUrl}/xrpc/_health`)).rejects.toThrow();
	});

	it("prints a table for people", async () => {
		const base = await sevenFreePorts();
		const { child, output, ended } = await start(
			[
				"--port",
				String(base),
				"--no-accounts",
				"--second-pds",
				"--publish=https://my-app.dev=3000",
			],
			/Ctrl\+C stops it\.\n/,
		);
		expect(output.err).toBe("");
		for (const line of [
			`PLC directory    http://localhost:${base}\n`,
			`PDS              http://localhost:${base + 1}  (handles under .test)`,
			`AppView          http://localhost:${base + 2}  (stand-in)`,
			`Handle resolver  http://localhost:${base + 3}`,
			`PDS 2            http://localhost:${base + 4}  (handles under .pds2.test)`,
			`Jetstream        ws://localhost:${base + 5}/subscribe\n`,
			`Control          http://localhost:${base + 6}\n`,
			`plcDirectoryUrl:  "http://localhost:${base}",`,
			"https://my-app.dev  -> http://127.0.0.1:3000",
			"--host-resolver-rules=MAP my-app.dev:443 127.0.0.1:",
		])
			expect(output.out).toContain(line);
		expect(output.out).not.toContain("Accounts");
		child.kill("SIGTERM");
		expect(await ended).toBe(0);
	});

	it("shows the logs of the reference servers when asked to", async () => {
		const free = ["plc", "pds", "resolver", "jetstream", "control"].map(
			(name) => `--${name}-port=0`,
		);
		const args = [...free, "--no-accounts", "--appview=none", "--json"];
		const { child, output } = await start([...args, "--verbose"], /"pdsUrl"/);
		const [, pdsUrl] = /"pdsUrl":"([^"]+)"/.exec(output.out) ?? [];
		await fetch(`${pdsUrl}/xrpc/_health`);
		await expect.poll(() => output.out).toContain('"name":"pds"');
		child.kill("SIGKILL");
	});

	it("says in one line what went wrong and what to do", async () => {
		const taken = createServer().listen(0, "127.0.0.1");
		await once(taken, "listening");
		stops.push(() => taken.close());
		const { port } = taken.address() as AddressInfo;
		const folder = await mkdtemp(join(tmpdir(), "devnet-cli-"));
		stops.push(() => rm(folder, { recursive: true }));
		const file = join(folder, "network.json");
		await writeFile(file, "{");
		for (const [args, message] of [
			[["--port", "65533"], "--port takes the first of seven ports, a number up to 65529"],
			[["--data", file], `${file} can't be the folder of a network`],
			[["--data", folder], `${file} can't be read`],
			[["--host", "203.0.113.7", ...FREE], "203.0.113.7. --host (host in startNetwork) takes"],
			[["--postgres", "x", "--appview", "reference", ...FREE], '"x" is no address of a PostgreSQL'],
			// Browsers and fetch() go to no such port.
			[["--pds-port", "6000", ...FREE.slice(1)], "bad port"],
			[["--publish", "https://my-app.dev=0", ...FREE], "give a port of the app"],
			[["--port", String(port)], `port ${port}: another program is using it. Stop that program`],
			[["--port", "many"], "--port takes a port"],
			[["--appview", "real"], "--appview takes stand-in, reference, none"],
			[["--publish", "my-app.dev"], "--publish takes an origin and the port of the app"],
			[
				["--behave", "well"],
				'--behave takes the name of a habit, not "well": newest-access-token-only',
			],
			[["--nope"], '"--help" lists what there is'],
		] as const) {
			const { output, ended } = await start([...args], /\n/);
			expect(await ended, args.join(" ")).toBe(2);
			expect(output.err).toMatch(/^bsky-devnet: [^\n]+\n$/);
			expect(output.err).toContain(message);
		}
	});

	it("takes any free port for each with --port 0", async () => {
		const { output } = await start(["--port", "0", "--no-accounts", "--json"], /\n/);
		expect(output.err).toBe("");
		const { plcUrl, pdsUrl, controlUrl } = JSON.parse(output.out);
		for (const url of [plcUrl, pdsUrl, controlUrl])
			expect(Number(new URL(url).port)).toBeGreaterThan(1023);
	});

	it("has help and a version", async () => {
		const run = promisify(execFile);
		expect((await run(process.execPath, [...NODE, "--help"])).stdout).toContain("--second-pds");
		expect((await run(process.execPath, [...NODE, "--version"])).stdout).toMatch(/^\d+\.\d+\.\d+/);
	});
});
