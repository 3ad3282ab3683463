import { createServer, request as httpRequest, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type Account, approve } from "@better-auth-bsky/devnet";
import { type Send, sendTo } from "@better-auth-bsky/tools/http-browser";
import { triedIn } from "@better-auth-bsky/tools/tried";
import { betterAuth } from "better-auth";
import { expect, onTestFinished } from "vitest";
import { BskyOptionError } from "../src/errors.ts";
import { atprotoAuth } from "../src/index.ts";
import {
	type App,
	type AppOptions,
	Browser,
	expire,
	newPerson,
	newPrivateKey,
	publish,
	SECRET,
	startApp,
	useNetwork,
} from "./kit.ts";

/** Where an app can be, each with a whole sign-in: denied, lost, done, acted with, ended. */

const { works, refused } = triedIn("hosts");
const network = await useNetwork({ appView: "none" });
const privateKey = newPrivateKey();

/** An app where nothing is said of where it is, unless the options do. */
async function open(options: AppOptions = {}): Promise<App> {
	const plugin = { allowHttp: true, privateKey, profileCacheMaxAge: 0, ...options.plugin };
	const app = await startApp(network, { baseURL: "", ...options, plugin });
	onTestFinished(() => app.close());
	return app;
}

/** Brings a request on as a proxy does. */
const passOn =
	(port: () => number, changes: Record<string, string> = {}): RequestListener =>
	(request, response) => {
		const { method, url, headers } = request;
		const options = { port: port(), method, path: url, headers: { ...headers, ...changes } };
		const sent = httpRequest({ host: "127.0.0.1", ...options }, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
		});
		request.pipe(sent);
	};

/** A server in front of the app, as one by another's hand. */
async function inFront(listener: RequestListener): Promise<number> {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return (server.address() as AddressInfo).port;
}

interface Place {
	/** Where its pages are. @default where the browser's requests go */
	page?: string;
	/** Where the client metadata of it is. @default below the browser's origin */
	clientId?: RegExp;
	mount?: string;
}

/** What a browser asks for at a place. */
function asksAt(browser: Browser, { page = browser.origin, mount = "/api/auth" }: Place) {
	const post = (path: string, body: object) =>
		browser.fetch(mount + path, {
			method: "POST",
			headers: { "content-type": "application/json", origin: page },
			body: JSON.stringify(body),
		});
	return {
		page,
		post,
		get: (path: string) => browser.fetch(mount + path),
		async begin({ handle }: Account): Promise<string> {
			const body = { handle, callbackURL: "/me", errorCallbackURL: "/oops?a=b" };
			const begun = await post("/bsky/sign-in", body);
			const { url, ...answer } = (await begun.json()) as { url?: string };
			if (!url) throw new Error(`sign-in: ${begun.status} ${JSON.stringify(answer)}`);
			return url;
		},
	};
}

/** Everything that a person does, at one place. */
async function live(app: App, newBrowser: () => Browser, place: Place = {}): Promise<Account> {
	const browser = newBrowser();
	const { page, post, get, begin } = asksAt(browser, place);
	const person = await newPerson(network);

	const denial = await approve(await begin(person), { account: person, deny: true });
	const denied = await browser.arrive(denial);
	expect(denied.origin + denied.pathname).toBe(`${page}/oops`);
	expect(Object.fromEntries(denied.searchParams)).toMatchObject({ a: "b", error: "access_denied" });

	const back = await approve(await begin(person), { account: person });
	const stranger = newBrowser();
	const nowhere = await stranger.arrive(back);
	expect(nowhere.searchParams.get("error")).toBe("state_not_found");
	expect(await (await asksAt(stranger, place).get("/get-session")).json()).toBeNull();

	expect((await browser.arrive(back)).href).toBe(`${page}/me`);
	expect(await (await get("/bsky/session")).json()).toMatchObject({
		active: true,
		did: person.did,
	});
	const [token] = await network.liveTokens(person.did);
	if (place.clientId) expect(token?.clientId).toMatch(place.clientId);

	await expire(app, person.did);
	const headers = { cookie: browser.cookie, host: new URL(browser.origin).host };
	const agent = await app.auth.api.getBskyAgent({ headers });
	expect((await agent.post({ text: "Here." })).uri).toContain(person.did);
	expect(await network.liveTokens(person.did)).toHaveLength(1);

	expect((await post("/sign-out", {})).status).toBe(200);
	expect((await get("/bsky/session")).status).toBe(401);
	await expect.poll(() => network.liveTokens(person.did), { timeout: 10_000 }).toEqual([]);
	return person;
}

const LOOPBACK = { clientId: /^http:\/\/localhost\?/ };

/** Browsers that come to `port` by way of a proxy which says where they think they are. */
const behindProxy = (origin: string, port: number) => (): Browser => {
	const send = sendTo(`http://127.0.0.1:${port}`);
	const { host, protocol } = new URL(origin);
	return new Browser(origin, (request) => {
		request.headers.set("x-forwarded-host", host);
		request.headers.set("x-forwarded-proto", protocol.slice(0, -1));
		return send(request);
	});
};

const FIXED = { baseURL: undefined };

works(
	"No `baseURL`, on localhost",
	"Opened as `localhost`, `127.0.0.1` or a name below `localhost`: people come back to where they began.",
	async () => {
		const app = await open();
		for (const name of ["localhost", "127.0.0.1", "shop.localhost"]) {
			await live(app, () => app.browser(`http://${name}:${app.port}`), LOOPBACK);
		}
	},
);

works(
	"No `baseURL`, behind a proxy",
	"With `advanced.trustedProxyHeaders`. Each host is a client of its own.",
	async () => {
		const app = await open({ auth: { advanced: { trustedProxyHeaders: true } } });
		const origin = "https://free.hosts.dev";
		await publish(network, origin, app.port);
		await live(app, behindProxy(origin, app.port), { clientId: /^https:\/\/free\.hosts\.dev\// });
	},
);

works(
	"No `baseURL`, and no request",
	"Jobs, sessions, agents and sign-outs go on as the client that the session began as. Where a sign-in begins nothing says it: `auth.api.signInBsky()` throws, naming `baseURL`.",
	async () => {
		const app = await open({ auth: { advanced: { trustedProxyHeaders: true } } });
		const origin = "https://jobs.hosts.dev";
		await publish(network, origin, app.port);
		const browsers = [app.browser(`http://localhost:${app.port}`), behindProxy(origin, app.port)()];
		for (const browser of browsers) {
			const person = await newPerson(network);
			await browser.signIn(person);
			const { id: userId = "" } = ((await browser.user()) ?? {}) as { id?: string };
			// Another process, which has answered no request yet.
			const { auth } = await open({ auth: { database: app.database } });
			const headers = { cookie: browser.cookie };
			const active = { active: true, did: person.did };
			expect(await auth.api.getBskySession({ headers })).toMatchObject(active);
			await expire(app, person.did);
			expect(await auth.api.restoreBskySession({ headers })).toMatchObject(active);
			for (const whose of [{ headers }, { userId }, { trustedDid: person.did }]) {
				const agent = await auth.api.getBskyAgent(whose);
				expect((await agent.post({ text: "Here." })).uri).toContain(person.did);
			}
			const sign = auth.api.signInBsky({ body: { handle: person.handle } });
			await expect(sign).rejects.toSatisfy(
				(error) => error instanceof BskyOptionError && error.option === "baseURL",
			);
			await auth.api.signOut({ headers });
			await expect.poll(() => network.liveTokens(person.did), { timeout: 10_000 }).toEqual([]);
		}
	},
);

works(
	"`baseURL: { allowedHosts }`",
	'Previews, several brands and localhost at once: `["localhost:*", "127.0.0.1:*", "*.myapp.com"]`. Each host is a client of its own, and one that only comes and goes needs a database of its own, or `clientOrigin`.',
	async () => {
		const app = await open({
			baseURL: { allowedHosts: ["localhost:*", "127.0.0.1:*", "*.brand.dev"], protocol: "auto" },
			auth: { advanced: { trustedProxyHeaders: true } },
		});
		await live(app, () => app.browser(`http://localhost:${app.port}`), LOOPBACK);
		for (const brand of ["one", "two"]) {
			const origin = `https://${brand}.brand.dev`;
			await publish(network, origin, app.port);
			await live(app, behindProxy(origin, app.port), { clientId: new RegExp(`^${origin}/`) });
		}
	},
);

works(
	"A session of one host at another",
	"It goes on as the client that it began as, and is revoked as that one.",
	async () => {
		const app = await open({
			baseURL: { allowedHosts: ["first.stay.dev", "second.stay.dev"], protocol: "https" },
		});
		const [first, second] = ["https://first.stay.dev", "https://second.stay.dev"] as const;
		for (const origin of [first, second]) await publish(network, origin, app.port);
		const browser = app.browser(first);
		const person = await newPerson(network);
		await browser.signIn(person);
		const headers = { cookie: browser.cookie, host: "second.stay.dev" };
		await expire(app, person.did);
		const agent = await app.auth.api.getBskyAgent({ headers });
		expect((await agent.post({ text: "Here." })).uri).toContain(person.did);
		const tokens = await network.liveTokens(person.did);
		expect(tokens.map(({ clientId }) => new URL(clientId).origin)).toEqual([first]);
		await app.auth.api.signOut({ headers });
		await expect.poll(() => network.liveTokens(person.did), { timeout: 10_000 }).toEqual([]);
	},
);

refused(
	"`allowedHosts` without `fallback`, and no request",
	"better-auth asks for the request's `headers`, or for a `fallback`. With one, jobs act as the client that each session began as.",
	async () => {
		const hosts = { allowedHosts: ["jobs.brand.dev"], protocol: "https" as const };
		const app = await open({ baseURL: hosts });
		await publish(network, "https://jobs.brand.dev", app.port);
		const browser = app.browser("https://jobs.brand.dev");
		const person = await newPerson(network);
		await browser.signIn(person);
		await expect(app.auth.api.getBskyAgent({ trustedDid: person.did })).rejects.toThrow(/fallback/);
		const baseURL = { ...hosts, fallback: "https://other.brand.dev" };
		const { auth } = await open({ baseURL, auth: { database: app.database } });
		await expire(app, person.did);
		const agent = await auth.api.getBskyAgent({ trustedDid: person.did });
		expect((await agent.post({ text: "Here." })).uri).toContain(person.did);
	},
);

refused(
	"`allowedHosts` with `localhost` and without `127.0.0.1`",
	'Servers send nobody back to `localhost`, so better-auth would answer them with a bare error. The line to write is in the log at start-up: `"127.0.0.1:*"`.',
	async () => {
		const app = await open({ baseURL: { allowedHosts: ["localhost:*"] } });
		expect(app.logs.join("\n")).toContain('Add "127.0.0.1:*" to them');
		const browser = app.browser(`http://localhost:${app.port}`);
		const { handle } = await newPerson(network);
		const answer = await browser.post("/bsky/sign-in", { handle });
		expect([answer.status, app.logs.at(-1)]).toEqual([
			500,
			expect.stringContaining(`"127.0.0.1:${app.port}": add it to allowedHosts`),
		]);
	},
);

works("A base path that ends with a slash", "`/auth/` is `/auth`.", async () => {
	const app = await open({ ...FIXED, auth: { basePath: "/auth/" } });
	await live(app, () => app.browser(), { ...LOOPBACK, mount: "/auth" });
});

works(
	"A framework that adds a slash, as Next with `trailingSlash`",
	"With better-auth's `advanced: { skipTrailingSlashes: true }`. The client metadata has no slash added, as a file with an extension.",
	async () => {
		let app: App | undefined;
		const on = passOn(() => app?.port ?? 0);
		const port = await inFront((request, response) => {
			const { pathname, search } = new URL(request.url ?? "/", "http://next");
			if (/\/$|\.\w+$/.test(pathname)) return on(request, response);
			response.writeHead(308, { location: `${pathname}/${search}` }).end();
		});
		const origin = `http://localhost:${port}`;
		app = await open({
			baseURL: origin,
			auth: { advanced: { skipTrailingSlashes: true } },
		});
		const send = sendTo(`http://127.0.0.1:${port}`);
		const following: Send = async (request) => {
			const again = request.clone();
			const answer = await send(request);
			if (answer.status !== 308) return answer;
			const url = new URL(answer.headers.get("location") ?? "", request.url);
			return send(new Request(url, again));
		};
		await live(app, () => new Browser(origin, following), LOOPBACK);
		const metadata = await send(new Request(`${origin}/api/auth/bsky/client-metadata.json`));
		expect(metadata.status).toBe(200);
	},
);

works(
	"A proxy that rewrites `Host`",
	"With a `baseURL`, no request decides where people go.",
	async () => {
		const origin = "https://rewritten.hosts.dev";
		const app = await open({ baseURL: origin });
		const inside = passOn(() => app.port, { host: "app.internal:8080" });
		const port = await inFront(inside);
		await publish(network, origin, app.port);
		const send = sendTo(`http://127.0.0.1:${port}`);
		await live(app, () => new Browser(origin, send), { clientId: /^https:\/\/rewritten\./ });
	},
);

works(
	"The same on localhost, as Vite's proxy with `changeOrigin`",
	"`baseURL` is where the front end is; the browser may have it open as `127.0.0.1`.",
	async () => {
		let app: App | undefined;
		const on = passOn(() => app?.port ?? 0, { host: "localhost:1" });
		const port = await inFront(on);
		app = await open({ baseURL: `http://localhost:${port}` });
		const send = sendTo(`http://127.0.0.1:${port}`);
		for (const name of ["localhost", "127.0.0.1"])
			await live(app, () => new Browser(`http://${name}:${port}`, send), LOOPBACK);
	},
);

works(
	"`http://127.0.0.1`, `http://[::1]` and names below `localhost`",
	"As `baseURL`, and as what the browser has open: a fixed one on localhost trusts the other names of its port.",
	async () => {
		const app = await open({ ...FIXED, host: "shop.localhost" });
		for (const name of ["shop.localhost", "127.0.0.1", "localhost"])
			await live(app, () => app.browser(`http://${name}:${app.port}`), LOOPBACK);
		const six = await open({ ...FIXED, host: "[::1]", listen: "::1" });
		await live(six, () => six.browser(), LOOPBACK);
		const open6 = await open({ ...FIXED, listen: "::1" });
		await live(open6, () => open6.browser(`http://[::1]:${open6.port}`), LOOPBACK);
	},
);

refused(
	"`https://localhost`",
	"No server can fetch a client from there, and a client on localhost is sent back by http, to a port that speaks TLS. Write `http://localhost`, or sign in as an app that is published by `clientOrigin`.",
	async () => {
		const { $context } = betterAuth({
			baseURL: "https://localhost:3000",
			secret: SECRET,
			plugins: [atprotoAuth({ privateKey })],
		});
		await expect($context).rejects.toThrow(/http:\/\/localhost, without TLS.*clientOrigin/);
	},
);

works(
	"An API and a front end on two origins",
	"Name the front end in `trustedOrigins`, and answer CORS as better-auth documents. A path as `callbackURL` is one of the front end, for scripts and for plain forms.",
	async () => {
		const front = "http://localhost:4321";
		const app = await open({ ...FIXED, auth: { trustedOrigins: [front] } });
		await live(app, () => app.browser(), { ...LOOPBACK, page: front });

		const person = await newPerson(network);
		const form = (fields: Record<string, string>, origin = front) =>
			browser.fetch("/api/auth/bsky/sign-in", {
				method: "POST",
				headers: { origin },
				body: new URLSearchParams({ username: person.handle, ...fields }),
			});
		const browser = app.browser();
		const begun = await form({ callbackURL: "" });
		const to = begun.headers.get("location") ?? "";
		expect((await browser.arrive(await approve(to, { account: person }))).href).toBe(`${front}/`);
		const mistyped = await form({ username: "no handle", errorCallbackURL: "/sign-in" });
		const page = new URL(mistyped.headers.get("location") ?? "");
		expect([page.origin, page.pathname]).toEqual([front, "/sign-in"]);
		expect(page.searchParams.get("error")).toBe("handle_invalid");
		const foreign = await form({ callbackURL: "/me" }, "https://evil.example");
		expect([foreign.status, foreign.headers.get("location")]).toEqual([403, null]);
	},
);

works(
	"Previews that sign in as one client: `clientOrigin`",
	"People come back to that origin, and are led on to the preview that they began at, where it is in `trustedOrigins` there. Servers never reach a preview, so it may be behind a login, or on `https://localhost`.",
	async () => {
		const clientOrigin = "https://shared.hosts.dev";
		const ours = { clientId: /^https:\/\/shared\.hosts\.dev\// };
		const deploy = (baseURL: AppOptions["baseURL"], trustedOrigins: string[] = []) =>
			open({ baseURL, plugin: { clientOrigin }, auth: { trustedOrigins } });
		const ownMachine = "https://localhost:3000";
		const production = await deploy(clientOrigin, ["https://*.previews.dev", ownMachine]);
		await publish(network, clientOrigin, production.port);
		const previews = {
			"https://one.previews.dev": await deploy("https://one.previews.dev"),
			"https://two.previews.dev": await deploy({
				allowedHosts: ["*.previews.dev"],
				protocol: "https",
			}),
			[ownMachine]: await deploy(ownMachine),
			[clientOrigin]: production,
		};
		const at = new Map(
			Object.entries(previews).map(([url, { port }]) => [new URL(url).host, port]),
		);
		const send: Send = (request) => {
			const port = at.get(request.headers.get("host") ?? "");
			return sendTo(`http://127.0.0.1:${port}`)(request);
		};
		for (const [origin, app] of Object.entries(previews))
			await live(app, () => new Browser(origin, send), ours);

		// On the developer's own machine it stays a loopback client.
		const local = await open({ ...FIXED, plugin: { clientOrigin } });
		await live(local, () => local.browser(), LOOPBACK);
	},
);
