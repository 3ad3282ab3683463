import type { RequestListener } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvilServer, newDid } from "./evil-server.ts";
import { openInternet } from "./internet.ts";
import type { App } from "./kit.ts";
import { startInProduction } from "./production.ts";

/** An app in production: it asks DNS and the handle's own server by itself. */
let app: App;
const internet = openInternet();
/** Who signs in: their server, and what the PLC directory says. */
let person: EvilServer;
let people = 0;

beforeAll(async () => {
	app = await startInProduction(internet, () => person);
});
afterAll(async () => {
	await app.close();
	internet[Symbol.dispose]();
});

/** What somebody who is asked makes known: the person's DID, that there is none, or nothing. */
type Meaning = "theirs" | "another" | "none" | "doubt";

interface Case {
	means: Meaning;
	/** @param did whose handle it is */
	set(handle: string, did: string): unknown;
}

const failed = (code: string) => Object.assign(new Error(`queryTxt ${code}`), { code });
const other = newDid();

const text = (means: Meaning, records: (did: string) => string[] | Error): Case => ({
	means,
	set: (handle, did) => internet.text(`_atproto.${handle}`, records(did)),
});

const DNS: Record<string, Case> = {
	"names their DID": text("theirs", (did) => [`did=${did}`]),
	"names it among other things": text("theirs", (did) => ["v=spf1 -all", `did=${did}`, "x"]),
	"names another DID": text("another", () => [`did=${other}`]),
	"knows no such name": text("none", () => failed("ENOTFOUND")),
	"has no such record": text("none", () => failed("ENODATA")),
	"has other records": text("none", () => ["v=spf1 -all", "did:plc:x"]),
	"names two DIDs": text("none", (did) => [`did=${did}`, `did=${other}`]),
	"names what is no DID": text("none", () => ["did=alice"]),
	"is broken": text("doubt", () => failed("ESERVFAIL")),
	refuses: text("doubt", () => failed("EREFUSED")),
	"is too slow": text("doubt", () => failed("ETIMEOUT")),
};

/** What the handle's own server does. It keeps no connection, since another one may follow it. */
const site = (
	means: Meaning,
	listener: (did: string, handle: string) => RequestListener,
): Case => ({
	means,
	set: (handle, did) =>
		internet.publish(handle, (request, response) => {
			response.setHeader("connection", "close");
			listener(did, handle)(request, response);
		}),
});

const says = (means: Meaning, body: (did: string) => string, status = 200): Case =>
	site(means, (did) => (_request, response) => response.writeHead(status).end(body(did)));

const leads = (means: Meaning, to: (handle: string) => string): Case =>
	site(means, (_did, handle) => (_request, response) => {
		response.writeHead(301, { location: to(handle) }).end();
	});

const HTML = "<!doctype html><title>Home</title>";

const WEB: Record<string, Case> = {
	"names their DID": says("theirs", (did) => did),
	"names it with space around": says("theirs", (did) => `\uFEFF  ${did} \r\nsecond line\n`),
	"names another DID": says("another", () => other),
	"has no such page": says("none", () => HTML, 404),
	"has it no longer": says("none", () => "", 410),
	"forbids it": says("none", () => "", 403),
	"has an empty one": says("none", () => ""),
	"has a home page for everything": says("none", () => HTML),
	"has one of 300 kB": says("none", () => HTML + "<p>a, b [c]".repeat(30_000)),
	"has a huge error page": says("none", () => HTML + "<p>a, b [c]".repeat(30_000), 404),
	"leads to www": {
		means: "theirs",
		async set(handle, did) {
			await internet.publish(`www.${handle}`, (_request, response) => response.end(did));
			await leads("theirs", () => `https://www.${handle}/.well-known/atproto-did`).set(handle, did);
		},
	},
	"leads to itself": leads("doubt", (handle) => `https://${handle}/`),
	"leads inside": leads("none", () => "https://localhost/"),
	"is broken": says("doubt", (did) => did, 500),
	"is in maintenance": says("doubt", () => HTML, 503),
	"asks for patience": says("doubt", () => "", 429),
	"hangs up": site("doubt", () => (request) => request.socket.destroy()),
	"doesn't listen": { means: "doubt", set: (handle) => internet.point(handle, "2e00::dead") },
	"is inside": { means: "none", set: (handle) => internet.point(handle, "127.0.0.1") },
	"isn't there": { means: "none", set: () => {} },
};

const SILENT = site("doubt", () => () => {});

function expected(dns: Meaning, web: Meaning) {
	const named = [dns, web].find((means) => means === "theirs" || means === "another");
	if (named === "theirs") return [200, undefined];
	const doubt = !named && (dns === "doubt" || web === "doubt");
	return doubt ? [503, "SERVER_UNREACHABLE"] : [404, "HANDLE_NOT_FOUND"];
}

/** Somebody new, with a handle on a domain of their own. */
async function newcomer(): Promise<void> {
	const handle = `person-${++people}.com`;
	const origin = `https://pds-${people}.evil`;
	person = new EvilServer(origin, { handle });
	await internet.publish(new URL(origin).host, person.listener);
}

async function signIn(handle = person.handle) {
	const response = await app.browser().post("/bsky/sign-in", { handle });
	const { code } = (await response.json()) as { code?: string };
	return [response.status, code];
}

for (const [said, dns] of Object.entries(DNS)) {
	test(`DNS ${said}, and the handle's server whatever it likes`, async () => {
		for (const [shown, web] of Object.entries(WEB)) {
			await newcomer();
			await dns.set(person.handle, person.did);
			await web.set(person.handle, person.did);
			expect([shown, ...(await signIn())]).toEqual([shown, ...expected(dns.means, web.means)]);
		}
	});
}

test("a server that stays silent is given up in time for DNS to count", async () => {
	await newcomer();
	const outcomes = Object.values(DNS).map(async (dns) => {
		const handle = dns.means === "theirs" ? person.handle : `silent-${++people}.com`;
		await dns.set(handle, person.did);
		await SILENT.set(handle, person.did);
		expect(await signIn(handle)).toEqual(expected(dns.means, "doubt"));
	});
	await Promise.all(outcomes);
});

test("name servers that stay silent are given up in time for the handle's server to count", async () => {
	await newcomer();
	const found = "names their DID";
	const cases = Object.entries(WEB).filter(
		([shown, { means }]) => shown === found || means !== "theirs",
	);
	const outcomes = cases.map(async ([shown, web]) => {
		const handle = shown === found ? person.handle : `silent-${++people}.com`;
		internet.text(`_atproto.${handle}`, new Promise<never>(() => {}));
		await web.set(handle, person.did);
		expect([shown, ...(await signIn(handle))]).toEqual([shown, ...expected("doubt", web.means)]);
	});
	await Promise.all(outcomes);
});

describe("nothing but a DID is remembered", () => {
	const dns = DNS["names their DID"];
	const web = WEB["names their DID"];

	test.each(Object.entries(DNS).filter(([, { means }]) => means !== "theirs"))(
		"DNS %s, and a moment later their DID",
		async (_said, before) => {
			await newcomer();
			await before.set(person.handle, person.did);
			expect((await signIn())[0]).toBeGreaterThanOrEqual(400);
			await dns?.set(person.handle, person.did);
			expect(await signIn()).toEqual([200, undefined]);
		},
	);

	test.each(Object.entries(WEB).filter(([, { means }]) => means !== "theirs"))(
		"their server %s, and a moment later their DID",
		async (_shown, before) => {
			await newcomer();
			await before.set(person.handle, person.did);
			expect((await signIn())[0]).toBeGreaterThanOrEqual(400);
			internet.point(person.handle, `2e00::a${people}`);
			await web?.set(person.handle, person.did);
			expect(await signIn()).toEqual([200, undefined]);
		},
	);
});
