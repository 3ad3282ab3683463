import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, startApp } from "./kit.ts";

type Body = string | FormData;

let mallory: Awaited<ReturnType<typeof startEvilServer>>;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;

beforeAll(async () => {
	mallory = await startEvilServer();
	world = await startDirectories([mallory]);
	app = await startApp(world);
});
afterAll(() => Promise.all([app.close(), mallory.close(), world.close()]));
beforeEach(() => {
	for (const table of ["bskyState", "user", "bskySession"]) {
		app.database.exec(`delete from ${table}`);
	}
	mallory.received.length = 0;
});

/** A request exactly as another page makes a browser send it: with what it can set, and no more. */
function crossSite(
	path: string,
	init: {
		cookies?: Browser;
		headers?: Record<string, string | undefined>;
		body?: Body | undefined;
	},
): Promise<Response> {
	const headers: Record<string, string> = { host: new URL(app.origin).host };
	for (const [name, value] of Object.entries(init.headers ?? {})) {
		if (value !== undefined) headers[name] = value;
	}
	const cookies = [...(init.cookies?.cookies ?? [])].map(([name, value]) => `${name}=${value}`);
	if (cookies.length > 0) headers.cookie = cookies.join("; ");
	return fetch(`http://127.0.0.1:${app.port}/api/auth${path}`, {
		method: "POST",
		redirect: "manual",
		headers,
		body: init.body ?? null,
	});
}

const FOREIGN = [
	"https://evil.example",
	"null",
	"http://localhost.evil.example",
	"http://localhost:1",
	"https://localhost",
	"http://127.0.0.1:1",
	"file://",
	"chrome-extension://abc",
];

const FORM = "application/x-www-form-urlencoded";
const form = () => new URLSearchParams({ handle: mallory.did, callbackURL: "/" }).toString();
const json = () => JSON.stringify({ handle: mallory.did });

async function signedIn(): Promise<Browser> {
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
	mallory.received.length = 0;
	return browser;
}

/** Nothing began, nothing was sent to a server, no cookie was set. */
async function refused(response: Response, what: unknown): Promise<void> {
	expect([what, response.status]).toEqual([
		what,
		expect.toSatisfy((s) => [400, 403, 415].includes(s)),
	]);
	expect(response.headers.getSetCookie()).toEqual([]);
	expect(response.headers.get("location")).toBeNull();
	expect(app.rows("bskyState")).toHaveLength(0);
	expect(mallory.received).toHaveLength(0);
}

describe("another site", () => {
	test("begins no sign-in with a form, for a visitor without cookies", async () => {
		for (const origin of FOREIGN) {
			for (const site of [undefined, "cross-site", "same-site", "none", "same-origin"]) {
				// A page on the same origin has its origin: a foreign one with this header is no browser's.
				if (origin === "null" && site === "same-origin") continue;
				for (const mode of [undefined, "navigate", "cors", "no-cors"]) {
					const headers = {
						origin,
						"content-type": FORM,
						"sec-fetch-site": site,
						"sec-fetch-mode": mode,
					};
					await refused(await crossSite("/bsky/sign-in", { headers, body: form() }), headers);
				}
			}
		}
	});

	test("begins no sign-in with a referrer in place of an origin", async () => {
		const headers = { referer: "https://evil.example/page", "content-type": FORM };
		await refused(await crossSite("/bsky/sign-in", { headers, body: form() }), headers);
		const navigation = {
			"content-type": FORM,
			"sec-fetch-site": "cross-site",
			"sec-fetch-mode": "navigate",
		};
		await refused(await crossSite("/bsky/sign-in", { headers: navigation, body: form() }), "none");
	});

	test("begins no sign-in with JSON dressed as text, a form or a file", async () => {
		const cookies = app.browser();
		const multipart = new FormData();
		multipart.set("handle", mallory.did);
		const bodies: [string | undefined, Body][] = [
			["text/plain", json()],
			["text/plain;charset=UTF-8", `${json().slice(0, -1)},"a":"="}`],
			["text/plain; application/json", json()],
			["text/json", json()],
			["application/octet-stream", json()],
			["application/csp-report", json()],
			["", json()],
			[undefined, multipart],
			["multipart/form-data", json()],
			[FORM, json()],
		];
		for (const origin of ["https://evil.example", "null"]) {
			for (const [type, body] of bodies) {
				const headers = { origin, "content-type": type };
				await refused(await crossSite("/bsky/sign-in", { headers, body, cookies }), headers);
			}
		}
		// What is neither JSON nor a form is none of this site's own either.
		for (const [type, body] of bodies.slice(0, -1)) {
			const headers = { origin: app.origin, "content-type": type };
			const response = await crossSite("/bsky/sign-in", { headers, body });
			expect([type, response.status]).toEqual([type, expect.toSatisfy((s) => s >= 400 && s < 500)]);
			expect(app.rows("bskyState")).toHaveLength(0);
		}
	});

	test("begins nothing in the name of who is signed in, whatever the body", async () => {
		const cookies = await signedIn();
		for (const origin of [undefined, ...FOREIGN]) {
			for (const [type, body] of [
				["application/json", json()],
				[FORM, form()],
				["text/plain", json()],
			]) {
				const headers = { origin, "content-type": type };
				await refused(await crossSite("/bsky/sign-in", { cookies, headers, body }), headers);
			}
		}
	});

	test("neither ends nor refreshes the session of who is signed in", async () => {
		const cookies = await signedIn();
		const rows = app.rows("bskySession");
		for (const path of ["/bsky/disconnect", "/bsky/restore", "/bsky/switch"]) {
			for (const origin of [undefined, ...FOREIGN]) {
				for (const [type, body] of [
					["application/json", `{"did":"${mallory.did}"}`],
					[undefined, undefined],
					[FORM, `did=${mallory.did}`],
					["text/plain", "{}"],
				]) {
					const headers = { origin, "content-type": type };
					await refused(await crossSite(path, { cookies, headers, body }), [path, headers]);
				}
			}
		}
		expect(app.rows("bskySession")).toEqual(rows);
		expect((await cookies.post("/bsky/restore", {})).status).toBe(200);
	});

	test("does nothing that changes anything by a link or an image", async () => {
		const browser = await signedIn();
		for (const path of ["/bsky/sign-in", "/bsky/restore", "/bsky/switch", "/bsky/disconnect"]) {
			const response = await browser.get(`${path}?handle=${mallory.did}`);
			expect([path, response.status]).toEqual([path, 404]);
			for (const method of ["HEAD", "PUT", "PATCH", "DELETE"]) {
				const other = await browser.fetch(`/api/auth${path}`, { method });
				expect([path, method, other.status]).toEqual([path, method, expect.toBeOneOf([404, 405])]);
			}
			const overridden = await browser.fetch(`/api/auth${path}?_method=POST`, {
				headers: { "x-http-method-override": "POST" },
			});
			expect([path, overridden.status]).toEqual([path, 404]);
		}
		expect(app.rows("bskySession")).toHaveLength(1);
		expect(app.rows("bskyState")).toHaveLength(0);
	});

	test("reads nothing: no answer is open to other origins", async () => {
		const browser = await signedIn();
		for (const path of ["/bsky/session", "/bsky/client-metadata.json", "/bsky/jwks.json"]) {
			const response = await browser.fetch(`/api/auth${path}`, {
				headers: { origin: "https://evil.example" },
			});
			expect(response.headers.get("access-control-allow-origin")).toBeNull();
			expect(response.headers.get("access-control-allow-credentials")).toBeNull();
		}
		const preflight = await browser.fetch("/api/auth/bsky/sign-in", {
			method: "OPTIONS",
			headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
		});
		expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
	});
});

test("the site itself may do all that", async () => {
	const own = { origin: app.origin, "sec-fetch-site": "same-origin" };
	for (const [type, body, status] of [
		["application/json", json(), 200],
		[FORM, form(), 302],
	] as const) {
		const headers = { ...own, "content-type": type };
		expect((await crossSite("/bsky/sign-in", { headers, body })).status).toBe(status);
	}
	const cookies = await signedIn();
	for (const path of ["/bsky/restore", "/bsky/switch", "/bsky/disconnect"]) {
		const headers = { ...own, "content-type": "application/json" };
		const body = JSON.stringify({ did: mallory.did });
		expect((await crossSite(path, { cookies, headers, body })).status).toBe(200);
	}
});
