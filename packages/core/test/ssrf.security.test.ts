import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EvilServer } from "./evil-server.ts";
import { type Internet, openInternet } from "./internet.ts";
import { type App, type Browser, expire } from "./kit.ts";
import { PRODUCTION, startInProduction } from "./production.ts";

/** The app in production, at a public address, with everything at its default. */
let app: App;
let browser: Browser;
let internet: Internet;
/** What listens inside, next to the app: it must never hear of any of this. */
let canaries: Server[];
let port: number;
let heard = 0;
let mallory: EvilServer;
let attackers = 0;

beforeAll(async () => {
	internet = openInternet();
	const first = await canary("127.0.0.1", 0);
	port = (first.address() as AddressInfo).port;
	canaries = [first, await canary("::1", port)];
	// Where no port is named, too.
	internet.inside(port, 443);
	internet.inside(port, 80);
	internet.point("inside.evil", "127.0.0.1");
	internet.point("inside6.evil", "::1");
	internet.point("mapped.evil", "::ffff:127.0.0.1");
	app = await startInProduction(internet, () => mallory, {
		plugin: { xrpc: { allow: ["xyz.evil.*", "com.atproto.repo.uploadBlob"] } },
	});
});
afterAll(async () => {
	await app.close();
	for (const server of canaries) server.close();
	internet[Symbol.dispose]();
});
/** Somebody new: nothing of them is in a cache. */
async function newAttacker(): Promise<void> {
	const name = `mallory-${++attackers}.evil`;
	mallory = new EvilServer(`https://${name}`, { handle: name });
	await internet.publish(name, mallory.listener);
	browser = app.browser();
}

beforeEach(async () => {
	heard = 0;
	await newAttacker();
});
afterEach(() => expect(heard, "connections to what is inside").toBe(0));

function canary(host: string, port: number): Promise<Server> {
	const server = createServer((socket) => {
		heard++;
		socket.destroy();
	});
	return new Promise((resolve) => server.listen(port, host, () => resolve(server)));
}

const ways = (): string[] => [
	`http://127.0.0.1:${port}`,
	`https://127.0.0.1:${port}`,
	"https://127.0.0.1",
	`https://[::1]:${port}`,
	`https://[::ffff:127.0.0.1]:${port}`,
	`https://[::ffff:7f00:1]:${port}`,
	`https://0.0.0.0:${port}`,
	`https://[::]:${port}`,
	`https://127.1:${port}`,
	`https://2130706433:${port}`,
	`https://0x7f000001:${port}`,
	`https://0177.0.0.1:${port}`,
	`https://127.0.0.1.:${port}`,
	`http://localhost:${port}`,
	`https://localhost:${port}`,
	`https://localhost.:${port}`,
	`https://LOCALHOST:${port}`,
	`https://inside.evil:${port}`,
	"https://inside.evil",
	"http://inside.evil",
	`https://inside6.evil:${port}`,
	`https://mapped.evil:${port}`,
];

const signIn = (handle: string) => browser.post("/bsky/sign-in", { handle });

/** A sign-in that must not begin, for a reason that says nothing of what is inside. */
async function refused(handle: string): Promise<void> {
	const response = await signIn(handle);
	expect(response.status, handle).toBeGreaterThanOrEqual(400);
	expect(response.status, handle).not.toBe(500);
	expect(await response.text()).not.toMatch(/127|localhost|inside|unicast|ECONN/i);
}

test("a server out there signs people in", async () => {
	for (const handle of [mallory.did, mallory.handle, mallory.origin]) {
		const again = app.browser();
		const end = await again.arrive(mallory.approve(await again.begin(handle)));
		expect(end.href).toBe(`${PRODUCTION}/me`);
		expect(await again.user()).toMatchObject({ bskyHandle: mallory.handle, name: "Mallory" });
	}
});

describe("what is inside hears nothing", () => {
	test("of a typed server address", async () => {
		for (const way of ways()) await refused(way);
	});

	test("of a typed handle that leads there", async () => {
		for (const handle of ["inside.evil", "inside6.evil", "mapped.evil"]) await refused(handle);
	});

	test("of a DID that leads there", async () => {
		const hosts = ["localhost", `localhost%3A${port}`, "inside.evil", `inside.evil%3A${port}`];
		for (const host of [...hosts, "127.0.0.1", `127.0.0.1%3A${port}`]) {
			await refused(`did:web:${host}`);
		}
	});

	test("of a handle whose record names such a DID", async () => {
		internet.text("_atproto.points-inside.evil", "did=did:web:inside.evil");
		await refused("points-inside.evil");
	});

	test("of a DID document that names it as PDS", async () => {
		for (const way of ways()) {
			await newAttacker();
			mallory.deviations.didDocument = {
				service: [
					{
						id: "#atproto_pds",
						type: "AtprotoPersonalDataServer",
						serviceEndpoint: way,
					},
				],
			};
			await refused(mallory.did);
		}
	});

	test("of a PDS that names it as its authorization server", async () => {
		for (const way of ways()) {
			await newAttacker();
			mallory.deviations.resource = { authorization_servers: [way] };
			await refused(mallory.did);
		}
	});

	test("of an authorization server whose requests are to be pushed there", async () => {
		for (const way of ways()) {
			await newAttacker();
			mallory.deviations.metadata = { pushed_authorization_request_endpoint: `${way}/par` };
			await refused(mallory.did);
		}
	});

	test("of one whose codes are to be exchanged there", async () => {
		for (const way of ways()) {
			await newAttacker();
			mallory.deviations.metadata = { token_endpoint: `${way}/token` };
			const response = await signIn(mallory.did);
			// Some of these addresses are no web address to begin with.
			if (!response.ok) continue;
			const { url } = (await response.json()) as { url: string };
			const end = await browser.arrive(mallory.approve(url));
			expect(end.searchParams.get("error"), way).toMatch(/^server_(unreachable|refused)$/);
		}
	});

	test("of one that has sessions revoked there", async () => {
		mallory.deviations.metadata = { revocation_endpoint: `https://inside.evil:${port}/revoke` };
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		expect(await (await browser.post("/bsky/disconnect", {})).json()).toEqual({ success: true });
		await expect.poll(() => app.logs.join("\n")).toMatch(/could not be revoked/);
		expect(mallory.asked("/oauth/revoke")).toBe(false);
	});

	test("of redirects from out there", async () => {
		for (const part of ["didDocument", "handle", "resource", "metadata", "par"] as const) {
			for (const status of [302, 307]) {
				await newAttacker();
				mallory.deviations[part] = () => ({
					status,
					headers: { location: `https://inside.evil:${port}/` },
				});
				await refused(part === "handle" ? mallory.handle : mallory.did);
			}
		}
	});

	test("of a call for a browser, small or large, once the server's name leads there", async () => {
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		mallory.xrpc = (_request, response) => response.end("{}");
		const calls = [
			() => browser.get("/bsky/xrpc/xyz.evil.method"),
			() => browser.post("/bsky/xrpc/xyz.evil.method", {}),
			() => upload(),
		];
		const upload = () =>
			browser.fetch("/api/auth/bsky/xrpc/com.atproto.repo.uploadBlob", {
				method: "POST",
				headers: { "content-type": "image/png" },
				body: new Uint8Array(1024 * 1024),
			});
		for (const call of calls) expect((await call()).status).toBe(200);
		for (const way of ways()) {
			mallory.xrpc = (_request, response) =>
				response.writeHead(307, { location: `${way}/x`, connection: "close" }).end();
			for (const call of calls) expect((await call()).status, way).toBe(502);
		}
		for (const address of ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"]) {
			internet.point(mallory.handle, address);
			for (const call of calls) expect((await call()).status, address).toBe(502);
		}
	});

	test("of a redirected profile", async () => {
		for (const way of ways()) {
			await newAttacker();
			const redirect = () => ({ status: 307, headers: { location: `${way}/x` } });
			mallory.deviations = { profile: redirect, record: redirect };
			const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
			// A profile is not worth a sign-in.
			expect(end.pathname).toBe("/me");
			expect(await browser.user()).toMatchObject({ name: `@${mallory.handle}` });
		}
	});

	test("of a redirected code, and nobody else does", async () => {
		const catcher = new EvilServer("https://catcher.evil");
		await internet.publish("catcher.evil", catcher.listener);
		for (const to of ["https://catcher.evil/oauth/token", `https://inside.evil:${port}/`]) {
			await newAttacker();
			mallory.deviations.token = () => ({ status: 307, headers: { location: to } });
			const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
			expect(end.searchParams.get("error")).toMatch(/^server_/);
		}
		expect(catcher.received).toEqual([]);
	});

	test("of a person who moves there after the sign-in", async () => {
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		await expire(app, mallory.did);
		mallory.deviations.didDocument = {
			service: [
				{
					id: "#atproto_pds",
					type: "AtprotoPersonalDataServer",
					serviceEndpoint: `https://inside.evil:${port}`,
				},
			],
		};
		expect((await browser.post("/bsky/restore", {})).status).toBe(200);
		expect((await browser.get("/bsky/session")).status).toBe(200);
	});

	test("of a name that comes to point there between two requests", async () => {
		mallory.keepAlive = false;
		const url = await browser.begin(mallory.did);
		internet.point(mallory.handle, "127.0.0.1");
		const end = await browser.arrive(mallory.approve(url));
		expect(end.searchParams.get("error")).toBe("server_unreachable");
	});
});

test("the answer doesn't tell an open port inside from a closed one", async () => {
	const answers = [];
	for (const at of [port, 1, 443, 8080]) {
		for (const host of ["127.0.0.1", "inside.evil", "localhost"]) {
			const response = await signIn(`https://${host}:${at}`);
			answers.push(`${response.status} ${await response.text()}`);
		}
	}
	expect(new Set(answers).size).toBe(1);
});

test("ports of other services are not dialled, wherever they are", async () => {
	await internet.publish("mail.evil", () => {}, 25);
	const dialled = internet.dialled.length;
	for (const at of [22, 25, 6000, 6667]) await refused(`https://mail.evil:${at}`);
	expect(internet.dialled.slice(dialled)).toEqual([]);
});

test("plain http is not spoken out there", async () => {
	await internet.publish("plain.evil", mallory.listener, 80);
	await refused("http://plain.evil");
	mallory.deviations.didDocument = {
		service: [
			{
				id: "#atproto_pds",
				type: "AtprotoPersonalDataServer",
				serviceEndpoint: "http://plain.evil",
			},
		],
	};
	await refused(mallory.did);
	expect(internet.dialled).not.toContain("plain.evil:80");
});
