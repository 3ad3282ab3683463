import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDirectories, startEvilServer } from "./evil-server.ts";
import { startApp } from "./kit.ts";

/** A handle that was typed as a link, and what is at that address. */

let server: Awaited<ReturnType<typeof startEvilServer>>;
let world: Awaited<ReturnType<typeof startDirectories>>;

beforeAll(async () => {
	server = await startEvilServer({ handle: "alice.test" });
	world = await startDirectories([server]);
});
afterAll(() => Promise.all([server, world].map((each) => each.close())));

/** What is at https on a host: nothing that has a name, unless said here. */
const hosts: Record<string, (path: string) => Response | Promise<Response>> = {
	"website.test": () => new Response("<!doctype html>", { status: 404 }),
	"spa.test": () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
	"moved.test": () => new Response(null, { status: 301, headers: { location: "https://x.test/" } }),
	"closed.test": () => new Response("No robots", { status: 403 }),
	"json.test": () => Response.json({ hello: "world" }),
	"down.test": () => new Response("Bad gateway", { status: 502 }),
	"refusing.test": () => {
		throw networkError("ECONNREFUSED");
	},
	"silent-names.test": () => {
		throw networkError("EAI_AGAIN");
	},
	"pds.test": (path) =>
		path === "/.well-known/oauth-protected-resource"
			? Response.json({
					resource: "https://pds.test",
					authorization_servers: [server.origin],
				})
			: new Response("", { status: 404 }),
};

const networkError = (code: string) =>
	new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });

const fetchFrom: typeof fetch = async (input, init) => {
	const request = new Request(input, init);
	const { protocol, hostname, pathname } = new URL(request.url);
	if (protocol === "http:") return fetch(request);
	const host = hosts[hostname];
	if (!host) throw networkError("ENOTFOUND");
	return host(pathname);
};

/** Who is asked for on the page that the sign-in leads to, or the code of its failure. */
async function typed(handle: string) {
	server.pushed = new URLSearchParams();
	// Of its own: what was found out stays for a while.
	const app = await startApp(world, { plugin: { fetch: fetchFrom } });
	const response = await app.browser().post("/bsky/sign-in", { handle });
	await app.close();
	const { code } = (await response.json()) as { code?: string };
	return code ?? server.pushed.get("login_hint") ?? "anybody";
}

/** The same account under the name of a host. */
const at = async (host: string, link = `https://${host}`) => {
	const { handle } = server;
	Object.assign(server, { handle: host });
	try {
		return await typed(link);
	} finally {
		Object.assign(server, { handle });
	}
};

describe("where no server is, the handle is tried:", () => {
	test("a name that leads nowhere", async () => {
		expect(await typed("https://alice.test")).toBe("alice.test");
		expect(await typed("https://alice.test/.")).toBe("alice.test");
	});

	test.each(["website.test", "spa.test", "moved.test", "closed.test", "json.test"])(
		"%s",
		async (host) => expect(await at(host)).toBe(host),
	);

	test("the handle in the link of some app", async () => {
		expect(await typed("https://website.test/alice.test")).toBe("alice.test");
		expect(await typed("https://spa.test/at/alice.test/posts?x#y")).toBe("alice.test");
	});
});

describe("where one is, it isn't:", () => {
	test("a PDS", async () => {
		expect(await typed("https://pds.test")).toBe("anybody");
		expect(await at("pds.test")).toBe("anybody");
	});

	test.each(["down.test", "refusing.test", "silent-names.test"])(
		"one that may be, at %s",
		async (host) => expect(await at(host)).toBe("SERVER_UNREACHABLE"),
	);
});

test("an app's other pages are nobody, even if the app has an account", async () => {
	for (const path of ["/settings", "/?x=alice.test", "/hashtag/alice", "/about.html"]) {
		const link = `https://website.test${path}`;
		expect([path, await at("website.test", link)]).toEqual([path, "SERVER_UNSUPPORTED"]);
	}
});

test("a link to nobody is said to be no server", async () => {
	expect(await typed("https://website.test")).toBe("SERVER_UNSUPPORTED");
	expect(await typed("https://nobody.test")).toBe("SERVER_UNREACHABLE");
});
