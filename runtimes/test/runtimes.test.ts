import { generateKeyPairSync } from "node:crypto";
import { startNetwork } from "@better-auth-bsky/devnet";
import type { HttpBrowser } from "@better-auth-bsky/tools/http-browser";
import { AT_LENGTH, triedIn } from "@better-auth-bsky/tools/tried";
import { afterAll, expect } from "vitest";
import { wholeLife } from "../../packages/core/test/whole-life.ts";
import { emptySchema } from "../src/empty-schema.ts";
import { ask, browserOf, lifeApp, live, meetOthers, signIn } from "../src/life.ts";
import { type Running, type Start, startOf, thisNode, workerd } from "../src/runtimes.ts";
import { startSlowPlc } from "../src/slow-plc.ts";

/** The life of a person on each runtime, as a loopback client and as a confidential one. */

const { works, notRun } = triedIn("runtimes");
const network = await startNetwork({ accounts: [] });
const plc = await startSlowPlc(network.plcUrl);
const unreachable = await network.createAccount({
	handle: "down.pds2.test",
	pds: await network.addPds(),
});
await unreachable.pds.stop();
const schema = await emptySchema();
afterAll(async () => {
	plc.close();
	await Promise.all([schema?.drop(), network.close()]);
});

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = privateKey.export({ type: "sec1", format: "pem" }).toString();

let apps = 0;

/** @param also what is to be seen there besides, in a browser on localhost */
function onRuntime(
	what: string,
	words: string,
	start: Start | null,
	also?: (newBrowser: () => HttpBrowser, name: string, app: Running) => Promise<void>,
) {
	if (!start) return notRun(what, "Its binary isn't for this platform.");
	works(what, words, async () => {
		const name = `app-${++apps}`;
		const hostedUrl = `https://${name}.dev`;
		const app = await start((port) => ({
			localUrl: `http://localhost:${port}`,
			hostedUrl,
			privateKey: pem,
			plcUrl: plc.url,
			handleResolverUrl: network.handleResolverUrl,
		}));
		const newBrowser = () => browserOf(app);
		try {
			await ask(newBrowser(), "migrate");
			await liveThere(name, hostedUrl, app);
			await meetOthers(app, what.includes("Workers"), unreachable);
			await also?.(newBrowser, name, app);
		} catch (error) {
			throw new Error(`${error}\n${app.output()}`, { cause: error });
		} finally {
			await app.stop();
		}
	});
}

async function liveThere(name: string, hostedUrl: string, app: Running): Promise<void> {
	const published = await network.publishOrigin(hostedUrl, app.port);
	const create = (who: string) => network.createAccount({ handle: `${who}-${name}.test` });
	const modes = { local: `http://localhost:${app.port}`, hosted: hostedUrl };
	try {
		// It wants nobody to be there, and leaves nobody.
		for (const [mode, origin] of AT_LENGTH ? Object.entries(modes) : []) {
			const people = [await create(`a-${mode}`), await create(`b-${mode}`)] as const;
			await wholeLife(network, lifeApp(app, origin), people);
		}
		for (const [mode, origin] of Object.entries(modes)) {
			await live(network, app, origin, await create(mode));
		}
	} finally {
		await published.unpublish();
	}
}

onRuntime("Node 22", "With `node:sqlite`. 22.15 is the oldest that will do.", startOf("node-22"));
onRuntime("Node 24", "With `node:sqlite`.", thisNode);
onRuntime("Node 26", "With `node:sqlite`.", startOf("node-26"));
onRuntime("Bun", "With `bun:sqlite`.", startOf("@oven/bun-linux-x64"));
onRuntime("Deno", "With `node:sqlite`.", startOf("@deno/linux-x64-glibc"));

onRuntime(
	"Cloudflare Workers, D1",
	"One instance for all requests. One that is cut off holds up no other.",
	workerd({ INSTANCE: "shared" }),
	async (newBrowser, name) => {
		const { handle } = await network.createAccount({ handle: `slow-${name}.test` });
		plc.delay = 1500;
		const patience = { "content-type": "application/json", "x-patience": "400" };
		const cutOff = await newBrowser().post("/bsky/sign-in", { handle }, patience);
		expect(cutOff.status).toBe(499);
		const others = await Promise.all([1, 2, 3].map(() => newBrowser().begin(handle)));
		expect(others).toHaveLength(3);
		plc.delay = 0;
		expect(await newBrowser().begin(handle)).toContain("/oauth/authorize");
	},
);

onRuntime(
	"Cloudflare Workers, D1, an instance per request",
	"Instances with the same options share what they remember.",
	workerd({ INSTANCE: "per-request" }),
	async (newBrowser, name, app) => {
		const person = await network.createAccount({
			handle: `known-${name}.test`,
			displayName: "Before",
		});
		const browser = newBrowser();
		await signIn(browser, person);
		expect(await browser.json("/bsky/session")).toMatchObject({ displayName: "Before" });
		const agent = await person.agent();
		await agent.upsertProfile((profile) => ({ ...profile, displayName: "After" }));
		expect(await browser.json("/bsky/session")).toMatchObject({ displayName: "Before" });
		// One isolate, and many starts.
		expect(app.output().split("has no transactions")).toHaveLength(2);
	},
);

const POSTGRES = "Cloudflare Workers, PostgreSQL";
if (schema) {
	onRuntime(
		POSTGRES,
		"By `pg`, in an instance per request, which has connections of its own. It has transactions.",
		workerd({ INSTANCE: "per-request", POSTGRES_URL: schema.url }),
	);
} else notRun(POSTGRES, "No PostgreSQL answered.");
