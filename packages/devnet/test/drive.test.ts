import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../src/cli/main.ts";
import { attachNetwork, type Devnet, NotRunningError } from "../src/index.ts";
import { getOnce } from "./get-once.ts";

const BIN = fileURLToPath(new URL("../bin/bsky-devnet.mjs", import.meta.url));
const NODE = ["--conditions=@better-auth-bsky/source", BIN];
const FREE = ["plc", "pds", "appview", "resolver", "jetstream", "control"].map(
	(name) => `--${name}-port=0`,
);

let folder: string;
let network: { pdsUrl: string; appViewUrl: string; controlUrl: string };
let stop: () => Promise<number | null>;
const before = process.env.TMPDIR;

/** Runs a command beside the network, and gives what it printed and how it ended. */
async function command(args: string) {
	const said = { out: "", err: "" };
	const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		said.out += text;
		return true;
	});
	const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		said.err += text;
		return true;
	});
	try {
		return { code: await main(args.split(" ")), ...said };
	} finally {
		out.mockRestore();
		err.mockRestore();
	}
}

beforeAll(async () => {
	// Where a running network is written down: other tests have theirs.
	folder = await mkdtemp(join(tmpdir(), "devnet-drive-"));
	process.env.TMPDIR = folder;
	const child = spawn(process.execPath, [...NODE, ...FREE, "--json"]);
	const ended = once(child, "exit").then(([code]) => code as number | null);
	let out = "";
	for await (const chunk of child.stdout) {
		out += chunk;
		if (out.includes("\n")) break;
	}
	network = JSON.parse(out);
	stop = () => {
		child.kill("SIGTERM");
		return ended;
	};
});
afterAll(async () => {
	expect(await stop()).toBe(0);
	const left = await readdir(folder, { recursive: true });
	expect(left.filter((name) => name.endsWith(".json"))).toEqual([]);
	if (before === undefined) delete process.env.TMPDIR;
	else process.env.TMPDIR = before;
	await rm(folder, { recursive: true, force: true });
});

const health = () => getOnce(`${network.pdsUrl}/xrpc/_health`);

describe("a network that runs", () => {
	it("says by command what it is, and takes what is to be wrong", async () => {
		expect((await command("status")).out).toContain("alice.test  devnet-pass  did:plc:");
		expect(await command("fault pds down")).toMatchObject({
			code: 0,
			out: "Wrong on purpose:\n\n  pds  down\n",
		});
		await expect(health()).rejects.toThrow();
		expect((await command("status")).out).toContain("Wrong on purpose:\n\n  pds  down\n");
		expect((await command("fault pds up")).out).toBe("Nothing is wrong with any server.\n");
		expect((await health()).statusCode).toBe(200);
		const list = JSON.parse((await command("fault --list --json")).out);
		expect(list).toMatchObject({
			servers: ["plc", "pds", "appview", "resolver", "jetstream"],
			faults: [],
		});
		expect((await command("clock +90m")).out).toContain("1h 30m ahead");
		const date = Date.parse((await health()).headers.date ?? "");
		expect(Math.round((date - Date.now()) / 60_000)).toBe(90);
		expect((await command("clock reset")).out).toContain("as for everybody");
	});

	it("tells a refusal (1) from a wrong use, and from no network (2)", async () => {
		for (const [args, code, message] of [
			["expire nobody.test", 1, 'Nobody on this network is "nobody.test"'],
			["fault pds2 down", 1, 'no server "pds2": there is plc, pds'],
			["fault plc habit no-nonce", 1, '"plc" is none'],
			["fault pds sideways", 2, "fault pds slow 3s"],
			["fault pds slow soon", 2, '"soon" is no length of time'],
			["fault pds 302", 2, "give a status from 400 to 599"],
			["clock +10000000d", 1, "no later than 9999"],
			["clock yesterday", 2, '"yesterday" is no length of time'],
			["status --at http://localhost:9", 2, "No network of yours runs at"],
		] as const) {
			const is = await command(args);
			expect({ args, code: is.code, out: is.out }).toEqual({ args, code, out: "" });
			expect(is.err).toMatch(/^bsky-devnet: [^\n]+\n$/);
			expect(is.err).toContain(message);
		}
	});

	describe("from another process", () => {
		let devnet: Devnet;
		beforeAll(async () => {
			devnet = await attachNetwork();
		});

		it("makes people, whom it lets act", async () => {
			const { createAccount } = devnet;
			const eve = await createAccount({ handle: "eve", displayName: "Eve", posts: ["Hello"] });
			expect(devnet.account("eve.test")).toBe(eve);
			const agent = await eve.agent();
			expect((await agent.getProfile({ actor: eve.did })).data.displayName).toBe("Eve");
			expect(await devnet.liveTokens(eve.did)).toEqual([]);
			await expect(createAccount({ handle: "eve" })).rejects.toThrow("taken");
		});

		it("makes a server slow, fail and behave otherwise, until it is put right", async () => {
			const right = [
				await devnet.fault("pds", { slow: "300ms" }),
				await devnet.fault("appview", { status: 503 }),
				await devnet.fault("pds", { habit: "no-revocation-endpoint" }),
			];
			expect(await devnet.faults()).toEqual([
				{ server: "pds", fault: { slow: 300 } },
				{ server: "pds", fault: { habit: "no-revocation-endpoint" } },
				{ server: "appview", fault: { status: 503 } },
			]);
			const begin = performance.now();
			await health();
			expect(performance.now() - begin).toBeGreaterThan(295);
			const actor = "alice.test";
			const profile = `xrpc/app.bsky.actor.getProfile?actor=${actor}`;
			const ask = () => fetch(`${network.appViewUrl}/${profile}`);
			const answer = await ask();
			expect([answer.status, await answer.json()]).toMatchObject([
				503,
				{ error: "ServiceUnavailable" },
			]);
			const metadata = `${network.pdsUrl}/.well-known/oauth-authorization-server`;
			expect(await (await fetch(metadata)).json()).not.toHaveProperty("revocation_endpoint");
			for (const undo of right) await undo();
			expect(await devnet.faults()).toEqual([]);
			expect((await ask()).status).toBe(200);
			expect(await (await fetch(metadata)).json()).toHaveProperty("revocation_endpoint");
		});

		it("publishes an origin", async () => {
			const published = await devnet.publishOrigin("https://my-app.dev", 3000);
			expect(published.target).toBe("http://127.0.0.1:3000");
			expect(devnet.chromiumArgs[0]).toContain("MAP my-app.dev:443 127.0.0.1:");
			// Another worker of the same tests wants it, too, or one that is started after a failure.
			const another = await attachNetwork();
			const same = await another.publishOrigin("https://my-app.dev/", 3000);
			expect({ ...same, unpublish: 0 }).toEqual({ ...published, unpublish: 0 });
			await expect(another.publishOrigin("https://my-app.dev", 3001)).rejects.toThrow(
				"https://my-app.dev is published already",
			);
			await published.unpublish();
			expect((await attachNetwork()).chromiumArgs).toEqual([]);
		});
	});

	it("takes back what a process has published that ends, whatever it ends by", async () => {
		const origin = "https://gone.dev";
		const index = new URL("../src/index.ts", import.meta.url).href;
		const publish = `const { attachNetwork } = await import("${index}");
			const devnet = await attachNetwork();
			await devnet.publishOrigin("${origin}", 3000);
			console.log("published");`;
		const publisher = async (then: string) => {
			const child = spawn(process.execPath, [NODE[0] ?? "", "--eval", publish + then]);
			await once(child.stdout, "data");
			return { child, ended: once(child, "exit") };
		};
		const published = async () => (await attachNetwork()).chromiumArgs.join().includes("gone.dev");
		const [one, two] = [await publisher("setTimeout(() => {}, 60_000)"), await publisher("")];
		// It keeps nobody from ending.
		expect(await two.ended).toEqual([0, null]);
		expect(await published()).toBe(true);
		one.child.kill("SIGKILL");
		await vi.waitFor(async () => expect(await published()).toBe(false), 5000);

		const devnet = await attachNetwork();
		await devnet.publishOrigin(origin, 3001);
		await devnet.close();
		await vi.waitFor(async () => expect(await published()).toBe(false), 5000);
	});

	it("is driven by nobody but its owner, and by no web page", async () => {
		const files = await readdir(folder, { recursive: true });
		const path = join(folder, files.find((name) => /running.*\.json$/.test(name)) ?? "");
		expect((await stat(path)).mode & 0o777).toBe(0o600);
		expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
		const { token } = JSON.parse(await readFile(path, "utf8"));
		const good = { authorization: `Bearer ${token}` };
		const describeIt = (headers: Record<string, string>) =>
			new Promise<number | undefined>((resolve, reject) => {
				request(`${network.controlUrl}/describe`, { method: "POST", headers }, (response) => {
					response.resume();
					resolve(response.statusCode);
				})
					.on("error", reject)
					.end("{}");
			});
		expect(await describeIt(good)).toBe(200);
		expect(await describeIt({})).toBe(401);
		expect(await describeIt({ authorization: `Bearer ${"0".repeat(64)}` })).toBe(401);
		expect(await describeIt({ ...good, origin: network.controlUrl })).toBe(403);
		expect(await describeIt({ ...good, "sec-fetch-site": "same-origin" })).toBe(403);
		expect(await describeIt({ ...good, host: "rebound.example:2588" })).toBe(403);
		const preflight = await fetch(`${network.controlUrl}/fault`, { method: "OPTIONS" });
		expect([...preflight.headers.keys()].filter((name) => /^access-control/.test(name))).toEqual(
			[],
		);
	});

	it("isn't found where none runs", async () => {
		process.env.TMPDIR = await mkdtemp(join(folder, "lone-"));
		await expect(attachNetwork()).rejects.toThrow(NotRunningError);
		expect(await command("status")).toMatchObject({
			code: 2,
			err: expect.stringContaining("No network runs here: start one"),
		});
		process.env.TMPDIR = folder;
	});
});
