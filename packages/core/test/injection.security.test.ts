import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answer, type Received, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, expire, startApp } from "./kit.ts";

let mallory: Awaited<ReturnType<typeof startEvilServer>>;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let browser: Browser;
/** Every answer the app gave: status line, headers and body as text. */
let answers: string[];

beforeEach(async () => {
	mallory = await startEvilServer();
	world = await startDirectories([mallory]);
	app = await startApp(world);
	answers = [];
	browser = app.browser();
	const fetch = browser.fetch.bind(browser);
	browser.fetch = async (...request) => {
		const response = await fetch(...request);
		const headers = [...response.headers].filter(([name]) => name !== "set-cookie");
		answers.push(JSON.stringify(headers), await response.clone().text());
		return response;
	};
});
afterEach(() => Promise.all([app.close(), mallory.close(), world.close()]));

const MARK = "injected-7f3a";
const HOSTILE = [
	`x\r\nset-cookie: ${MARK}=1`,
	`x\r\n\r\n<script>${MARK}</script>`,
	`x\n[ERROR] ${MARK}`,
	`\u001B[2J\u001B[31m${MARK}`,
	`\u202E${MARK}`,
	`\u2028${MARK}`,
	`"><img src=x onerror=${MARK}>`,
	`';${MARK};'`,
	`\${${MARK}}`,
	`%0d%0aset-cookie:%20${MARK}=1`,
	`\u560D\u560Aset-cookie: ${MARK}=1`,
	`${MARK}\0`,
];

const ours = () => app.logs.filter((line) => line.includes("better-auth-bsky"));

/** Whatever came in: each of our lines is one line, of a length, with nothing that moves a cursor. */
function logsAreClean(): void {
	for (const line of ours()) {
		expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
		expect(line.length).toBeLessThan(2500);
	}
}

function nothingInjected(): void {
	for (const answer of answers) expect(answer).not.toContain(MARK);
	expect([...browser.cookies.keys()].join()).not.toContain(MARK);
	logsAreClean();
}

describe("control characters and markup", () => {
	test("in what is typed come back in no answer, header or log line", async () => {
		for (const hostile of HOSTILE) {
			const server = `https://127.0.0.1:1/${hostile}`;
			for (const handle of [hostile, `@${hostile}`, `did:plc:${hostile}`, server]) {
				expect((await browser.post("/bsky/sign-in", { handle })).status).not.toBe(500);
				const form = await browser.fetch("/api/auth/bsky/sign-in", {
					method: "POST",
					body: new URLSearchParams({ handle, errorCallbackURL: "/oops" }),
				});
				expect(new URL(form.headers.get("location") ?? "").pathname).toBe("/oops");
			}
		}
		nothingInjected();
	});

	test("in the parameters of the callback come back in no answer, header or log line", async () => {
		for (const hostile of HOSTILE) {
			for (const name of ["code", "state", "iss", "error", "error_description", "error_uri"]) {
				const url = await browser.begin(mallory.did, { errorCallbackURL: "/oops" });
				const code = name.startsWith("error") ? undefined : "c";
				const error = name.startsWith("error") ? "server_error" : undefined;
				mallory.deviations.token = () => ({ status: 400, body: { error: "invalid_grant" } });
				const end = await browser.arrive(mallory.approve(url, { code, error, [name]: hostile }));
				expect(end.origin).toBe(app.origin);
				expect(end.searchParams.get("error")).toMatch(/^[a-z_]+$/);
			}
		}
		// The first answer is the bounce between loopback hosts, which carries the parameters on.
		answers = answers.filter((answer) => !answer.includes("bsky_bounced"));
		nothingInjected();
	});

	test("sent raw, as no URL would have them, split no header", async () => {
		const heads: string[] = [];
		for (const query of [
			"state=x%0d%0aset-cookie:%20a=1",
			"state=x%00",
			"state=%E0%A4%A",
			"state=%ff%fe",
			"state[]=x",
			"__proto__[x]=1&constructor[prototype][x]=1",
			`state=${"x".repeat(10_000)}`,
			"&&&===%",
		]) {
			for (const host of [`127.0.0.1:${app.port}`, `localhost:${app.port}`]) {
				heads.push(
					await new Promise<string>((resolve) => {
						const path = `/api/auth/bsky/callback?${query}`;
						httpRequest(
							{ host: "127.0.0.1", port: app.port, path, headers: { host }, setHost: false },
							(response) => {
								response.resume();
								expect(response.statusCode).toBe(302);
								expect(response.headers.location).toMatch(/^http:\/\/localhost:\d+\/api\/auth\//);
								resolve(response.rawHeaders.join("\n"));
							},
						).end();
					}),
				);
			}
		}
		expect(heads.join("\n")).not.toMatch(/^set-cookie: a=1/im);
		expect(Reflect.get({}, "x")).toBeUndefined();
	});

	test("in what a server says of an error come back in no answer, header or log line", async () => {
		const parts = ["didDocument", "resource", "metadata", "par", "handle"] as const;
		for (const part of parts) {
			for (const hostile of [...HOSTILE, `${MARK}${"x".repeat(5_000_000)}`]) {
				for (const answer of hostileErrors(hostile)) {
					mallory.deviations = { [part]: () => answer };
					const handle = part === "handle" ? mallory.handle : mallory.did;
					const response = await browser.post("/bsky/sign-in", { handle });
					expect([part, response.status]).toEqual([part, expect.toSatisfy((s) => s !== 500)]);
				}
			}
		}
		mallory.deviations = {};
		nothingInjected();
	});

	test("in what a server says at the exchange, and afterwards", async () => {
		for (const hostile of HOSTILE) {
			for (const answer of hostileErrors(hostile)) {
				mallory.deviations = { token: () => answer };
				const url = await browser.begin(mallory.did, { errorCallbackURL: "/oops" });
				expect((await browser.arrive(mallory.approve(url))).pathname).toBe("/oops");
			}
		}
		mallory.deviations = {};
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		for (const hostile of HOSTILE.slice(0, 4)) {
			for (const answer of hostileErrors(hostile).filter(({ status }) => status === 500)) {
				mallory.deviations = { token: () => answer, profile: () => answer, record: () => answer };
				await expire(app, mallory.did);
				await browser.post("/bsky/restore", {});
				await browser.get("/bsky/session");
			}
		}
		answers = answers.filter((answer) => !answer.includes("bsky_bounced"));
		nothingInjected();
		expect(ours().length).toBeGreaterThan(10);
	});
});

function hostileErrors(text: string): (Answer & { status: number })[] {
	const body = { error: text, error_description: text, message: text };
	return [
		{ status: 400, body },
		{ status: 500, body },
		{ status: 400, body: text, headers: { "content-type": "text/plain" } },
		{
			status: 200,
			body: { ...body, [text.slice(0, 1000)]: text, id: text, did: text, issuer: text },
		},
	];
}

describe("an error page", () => {
	test("shows a sentence of ours, not of the server", async () => {
		const url = await browser.begin(mallory.did, { errorCallbackURL: "/oops?tab=1#top" });
		const denied = mallory.approve(url, {
			code: undefined,
			error: "access_denied",
			error_description: `<b>Send your password to ${MARK}</b>`,
		});
		const end = await browser.arrive(denied);
		expect(end.pathname + end.hash).toBe("/oops#top");
		expect([...end.searchParams.keys()]).toEqual(["tab", "error", "error_description"]);
		expect(end.searchParams.get("error_description")).toBe(
			"Your server refused the sign-in. Try again.",
		);
	});

	test("of better-auth escapes whatever it is given", async () => {
		for (const hostile of HOSTILE) {
			const query = new URLSearchParams({ error: hostile, error_description: hostile });
			const response = await browser.get(`/error?${query}`);
			const page = await response.text();
			expect(page).not.toMatch(/<script>injected|<img src=x/);
			expect(response.headers.getSetCookie().join()).not.toContain(MARK);
		}
	});

	test("is where a failure ends that nobody foresaw, without a detail of it", async () => {
		const url = await browser.begin(mallory.did);
		app.database.exec("alter table bskySession rename to gone");
		const end = await browser.arrive(mallory.approve(url));
		expect(end.searchParams.get("error")).toBe("internal_server_error");
		expect(end.search).not.toMatch(/sql|table|gone|bskySession/i);
		app.database.exec("alter table gone rename to bskySession");
	});
});

describe("secrets", () => {
	/** A server that repeats in its errors all that it was sent. */
	const echo = (_honest: unknown, { form, headers }: Received): Answer => ({
		status: 400,
		body: {
			error: form.get("code") ?? form.get("state"),
			error_description: [form.get("state"), headers.dpop, ...form.values()].join(" "),
		},
	});

	/** All there is to know of the sign-ins so far that nobody else may. */
	const secrets = () => [
		...mallory.secrets,
		...mallory.received.flatMap(({ form }) =>
			["state", "code", "code_verifier", "refresh_token", "client_assertion", "token"].flatMap(
				(name) => form.get(name) ?? [],
			),
		),
		...mallory.received.flatMap(({ headers }) => String(headers.dpop ?? "none-sent").split(".")),
		...browser.cookies.values(),
	];

	function nothingTold(): void {
		const told = [...answers.filter((answer) => !answer.includes("bsky_bounced")), ...app.logs];
		const all = told.join("\n");
		const known = new Set(secrets().filter((secret) => secret.length >= 16));
		expect(known.size).toBeGreaterThan(4);
		expect([...known].filter((secret) => all.includes(secret))).toEqual([]);
	}

	test("appear in no answer and no log of a sign-in that works", async () => {
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		await browser.get("/bsky/session");
		await browser.post("/bsky/restore", {});
		await browser.get("/list-accounts");
		await browser.post("/bsky/disconnect", {});
		await expect.poll(() => mallory.asked("/oauth/revoke")).toBe(true);
		nothingTold();
	});

	test("appear in none of one that fails, whatever the server repeats", async () => {
		mallory.deviations = { par: echo };
		await browser.post("/bsky/sign-in", { handle: mallory.did });
		mallory.deviations = { token: echo, revoke: echo };
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		mallory.deviations = { token: { token_type: "Bearer" }, revoke: echo };
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		mallory.deviations = { token: { sub: "did:plc:x" } };
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		expect(ours().length).toBeGreaterThanOrEqual(4);
		nothingTold();
		logsAreClean();
	});

	test("appear in none of a session that ends badly", async () => {
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		await expire(app, mallory.did);
		mallory.deviations = {
			token: (honest, request) => ({ ...echo(honest, request), status: 500 }),
			revoke: echo,
			profile: echo,
			record: echo,
		};
		await browser.post("/bsky/restore", {});
		await browser.get("/bsky/session");
		await browser.post("/bsky/disconnect", {});
		await expect.poll(() => ours().join()).toMatch(/could not be revoked/);
		nothingTold();
		logsAreClean();
	});

	test("appear in none where the database is what fails", async () => {
		const callback = mallory.approve(await browser.begin(mallory.did));
		app.database.exec("alter table bskySession rename to gone");
		await browser.arrive(callback);
		app.database.exec("alter table gone rename to bskySession");
		app.database.exec("alter table bskyState rename to gone");
		await browser.post("/bsky/sign-in", { handle: mallory.did });
		app.database.exec("alter table gone rename to bskyState");
		nothingTold();
	});

	test("of the app's key are not in what is published", async () => {
		const { generateKeyPairSync } = await import("node:crypto");
		const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
		const jwk = privateKey.export({ format: "jwk" });
		const shop = await startApp(world, {
			baseURL: "https://shop.honest",
			plugin: { privateKey: { ...jwk, kid: "k" } },
		});
		const published = await Promise.all(
			["/bsky/jwks.json", "/bsky/client-metadata.json"].map(async (path) =>
				(await shop.browser().get(path)).text(),
			),
		);
		expect(published.join()).toContain(jwk.x);
		expect(published.join()).not.toContain(jwk.d);
		await shop.close();
	});
});
