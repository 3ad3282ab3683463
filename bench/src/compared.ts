import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, approve, type Network, startNetwork } from "@better-auth-bsky/devnet";
import { codeBlocks } from "@better-auth-bsky/tools/code-blocks";
import { HttpBrowser } from "@better-auth-bsky/tools/http-browser";
import { table } from "@better-auth-bsky/tools/markdown";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/**
 * `npm run compared`: writes the figures of docs/compared.md. The app of docs/start/hono.md is beside
 * the same by hand, with `@atproto/oauth-client-node` (bench/src/by-hand), which runs here: somebody signs
 * in with it, two processes refresh at once, and its server goes down.
 */

const PEOPLE = 10;
const PORT = "3000";
const BY_HAND = join(import.meta.dirname, "by-hand");
const PAGE = join(ROOT, "docs/compared.md");

const folder = mkdtempSync(join(tmpdir(), "bsky-compared-"));
const network = await startNetwork({ accounts: [] });
Object.assign(process.env, {
	DATABASE: join(folder, "app.db"),
	HANDLE_RESOLVER: network.handleResolverUrl,
	PLC_DIRECTORY: network.plcUrl,
	PORT,
	SECRET: "a secret for a measurement, and for nothing else",
});
const { default: app } = await import("./by-hand/app.ts");
const { client } = await import("./by-hand/client.ts");

const rows = [
	[
		"lines typed, without blank ones and comments",
		String(linesOfTutorial()),
		String(linesByHand()),
	],
];
await livesByHand(network);
const ended = await refreshedByTwo(network);
rows.push([
	`two processes refresh at once: connections that end, of ${PEOPLE}`,
	"0 (`packages/core/test/refresh-storm.test.ts`)",
	String(ended),
]);
rows.push([
	"a connection whose server was down for a moment goes on",
	"yes (`packages/core/test/faults-restore.test.ts`)",
	(await goesOnAfterOutage(network)) ? "yes" : "no",
]);
rows.push([
	"a connection that was given up while its server was down is ended once that is back",
	"yes (`packages/core/test/revocation.test.ts`)",
	(await endsAfterOutage(network)) ? "yes" : "no, its tokens live on",
]);
write(table(["", "`better-auth-bsky`", "by hand"], rows));
await network.close();
rmSync(folder, { recursive: true });

function linesOf(code: string): number {
	const lines = code.replace(/\/\*[\s\S]*?\*\//g, "").split("\n");
	return lines.filter((line) => line.trim() && !line.trim().startsWith("//")).length;
}

function linesOfTutorial(): number {
	const page = readFileSync(join(ROOT, "docs/start/hono.md"), "utf8");
	const files = codeBlocks(page).filter(
		({ section, file }) => section === "The files" && file?.endsWith(".ts"),
	);
	return files.reduce((sum, { code }) => sum + linesOf(code), 0);
}

function linesByHand(): number {
	const files = ["app.ts", "client.ts"].map((name) => readFileSync(join(BY_HAND, name), "utf8"));
	return files.reduce((sum, code) => sum + linesOf(code), 0);
}

async function newPerson(name: string): Promise<Account> {
	return network.createAccount({ handle: `${name}.test`, displayName: name });
}

/** Signs somebody in to the app by hand. */
async function signIn(person: Account): Promise<HttpBrowser> {
	const browser = new HttpBrowser(`http://127.0.0.1:${PORT}`, async (request) =>
		app.fetch(request),
	);
	const form = new URLSearchParams({ handle: person.handle });
	const begun = await browser.fetch("/sign-in", { method: "POST", body: form });
	const callback = await approve(begun.headers.get("location") ?? "", { account: person });
	await browser.fetch(callback);
	return browser;
}

/** What is compared has to work: sign in, post, sign out. */
async function livesByHand({ liveTokens }: Network): Promise<void> {
	const person = await newPerson("una");
	const browser = await signIn(person);
	const page = await (await browser.fetch("/")).text();
	if (!page.includes("Hello, una!")) throw new Error(`Nobody is greeted:\n${page}`);
	const post = new URLSearchParams({ text: "Hello from my app" });
	await browser.fetch("/post", { method: "POST", body: post });
	const { data } = await (await person.agent()).getAuthorFeed({ actor: person.did });
	if (data.feed.length !== 1) throw new Error("Nothing was posted.");
	await browser.fetch("/sign-out", { method: "POST" });
	if ((await liveTokens(person.did)).length > 0) throw new Error("Somebody is still signed in.");
}

/** How many people's connections are over when two processes have refreshed each at the same moment. */
async function refreshedByTwo({ liveTokens }: Network): Promise<number> {
	const children = [1, 2].map(() => fork(join(BY_HAND, "refresh-child.ts"), { silent: true }));
	await Promise.all(children.map((child) => once(child, "message")));
	let ended = 0;
	for (let index = 0; index < PEOPLE; index++) {
		const person = await newPerson(`person-${index}`);
		await signIn(person);
		const answers = children.map((child) => once(child, "message"));
		for (const child of children) child.send(person.did);
		await Promise.all(answers);
		const alive = await client.restore(person.did, "auto").then(
			() => true,
			() => false,
		);
		if (!alive || (await liveTokens(person.did)).length === 0) ended++;
	}
	for (const child of children) child.disconnect();
	return ended;
}

async function goesOnAfterOutage({ pds }: Network): Promise<boolean> {
	const person = await newPerson("otto");
	await signIn(person);
	await pds.stop();
	await client.restore(person.did, true).catch(() => {});
	await pds.start();
	return client.restore(person.did, true).then(
		() => true,
		() => false,
	);
}

/** Whether the tokens of somebody who signs out while their server is down are ended when it is back. */
async function endsAfterOutage({ pds, liveTokens }: Network): Promise<boolean> {
	const person = await newPerson("olga");
	const browser = await signIn(person);
	await pds.stop();
	await browser.fetch("/sign-out", { method: "POST" });
	await pds.start();
	await browser.fetch("/");
	return (await liveTokens(person.did)).length === 0;
}

function write(text: string): void {
	console.log(text);
	const [begin, end] = [
		"<!-- compared: begin; written by `npm run compared` -->",
		"<!-- compared: end -->",
	];
	const page = readFileSync(PAGE, "utf8");
	const [before = "", rest = ""] = page.split(begin);
	writeFileSync(PAGE, `${before}${begin}\n\n${text}\n\n${end}${rest.split(end)[1] ?? ""}`);
}
