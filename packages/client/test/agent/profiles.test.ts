import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createBskyProfile } from "../../src/agent/index.ts";
import { profilesIn } from "../../src/agent/profile-view.ts";
import { openPage, type Page } from "../page.ts";

const GET_PROFILES = "app.bsky.actor.getProfiles";

let page: Page;
const stops: (() => void)[] = [];

beforeEach(() => {
	page = openPage();
	vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(async () => {
	vi.useRealTimers();
	for (const stop of stops.splice(0)) stop();
	await page.close();
});

/** A server at which everybody is there. */
function everybody() {
	const asked: string[][] = [];
	const fetch: typeof globalThis.fetch = async (input) => {
		const { pathname, searchParams } = new URL(String(input), location.href);
		if (!pathname.endsWith(GET_PROFILES))
			return Response.json({ active: true, did: "did:plc:viewer", grantedScope: "atproto" });
		const actors = searchParams.getAll("actors");
		asked.push(actors);
		return Response.json({
			profiles: actors.map((handle) => ({ did: `did:plc:${handle}`, handle })),
		});
	};
	const look = async (actor: string) => {
		const { $state } = createBskyProfile({ actor, fetch });
		const stop = $state.listen(() => {});
		stops.push(stop);
		await vi.waitFor(() => expect($state.get().data?.handle).toBe(actor));
		return { $state, stop };
	};
	return { asked, fetch, look };
}

test("one is good for a minute", async () => {
	const { asked, look } = everybody();
	(await look("bob.test")).stop();
	await vi.advanceTimersByTimeAsync(50_000);
	(await look("bob.test")).stop();
	expect(asked).toHaveLength(1);
	await vi.advanceTimersByTimeAsync(15_000);
	await look("bob.test");
	await vi.waitFor(() => expect(asked).toHaveLength(2));
});

test("a clock that is set back makes nothing fresh", async () => {
	const { asked, look } = everybody();
	(await look("bob.test")).stop();
	vi.setSystemTime(Date.now() - 3_600_000);
	await look("bob.test");
	await vi.waitFor(() => expect(asked).toHaveLength(2));
});

test("of those that nobody looks at, the first are forgotten at last", async () => {
	const { asked, look } = everybody();
	const kept = await look("kept.test");
	(await look("first.test")).stop();
	const many = Array.from({ length: 500 }, (_, index) => `person-${index}.test`);
	const looking = await Promise.all(many.map(look));
	for (const { stop } of looking) stop();
	expect(asked.flat()).toHaveLength(502);
	// An atom notices after a second that nobody listens.
	await vi.advanceTimersByTimeAsync(2000);
	(await look("another.test")).stop();
	const before = asked.length;
	await look("kept.test");
	await look("person-499.test");
	expect(asked).toHaveLength(before);
	await look("first.test");
	expect(asked.slice(before)).toEqual([["first.test"]]);
	kept.stop();
});

test("who is called by more than there is room for is nobody, and takes nobody's place", async () => {
	const { asked, fetch, look } = everybody();
	const host = `${`${"a".repeat(60)}.`.repeat(4)}abcde`;
	const longest = Array.from({ length: 24 }, (_, index) => `did:web:${host}${1000 + index}`);
	const longer = `${longest[0]}1`;
	expect([longest[0]?.length, longer.length]).toEqual([261, 262]);
	for (const actor of [...longest, longer]) {
		const { $state } = createBskyProfile({ actor, fetch });
		stops.push($state.listen(() => {}));
		if (actor === longer) expect($state.get().error?.code).toBe("HANDLE_INVALID");
	}
	await look("bob.test");
	expect(asked).toEqual([[...longest, "bob.test"]]);
	// Servers read 8 kB of an address at least.
	expect(
		new URLSearchParams(asked[0]?.map((one) => ["actors", one])).toString().length,
	).toBeLessThan(8000);
});

describe("a failure is no answer", () => {
	const actor = "bob.test";
	/** One that can't be had for as often. */
	function failing(times: number, fail: () => Response) {
		const server = everybody();
		let left = times;
		const asked: string[] = [];
		const fetch: typeof globalThis.fetch = async (input, init) => {
			const isProfiles = String(input).includes(GET_PROFILES);
			if (isProfiles) asked.push(String(input));
			return isProfiles && left-- > 0 ? fail() : server.fetch(input, init);
		};
		const look = async () => {
			const { $state } = createBskyProfile({ actor, fetch });
			stops.push($state.listen(() => {}));
			await vi.waitFor(() => expect($state.get().isPending).toBe(false));
			return $state;
		};
		return { asked, look };
	}
	const offline = () => {
		throw new TypeError("Failed to fetch");
	};

	test.each([
		["offline", offline, "NETWORK_ERROR"],
		["a server that is down", () => new Response("<h1>", { status: 502 }), "INTERNAL_SERVER_ERROR"],
		["too much at once", () => new Response("", { status: 429 }), "TOO_MANY_REQUESTS"],
		["nothing there", () => new Response(null, { status: 404 }), "UNKNOWN"],
		["a page in its place", () => new Response("<h1>"), "UNKNOWN"],
	])("%s: whoever looks next asks again", async (_, fail, code) => {
		const { asked, look } = failing(1, fail);
		expect((await look()).get().error?.code).toBe(code);
		await look();
		await vi.waitFor(() => expect(asked).toHaveLength(2));
	});

	test("that nobody is called that is an answer", async () => {
		const { asked, look } = failing(1, () => Response.json({ profiles: [] }));
		expect((await look()).get().error?.code).toBe("HANDLE_NOT_FOUND");
		await look();
		await vi.advanceTimersByTimeAsync(100);
		expect(asked).toHaveLength(1);
	});

	test("online again, it comes by itself", async () => {
		const { look } = failing(1, offline);
		const $state = await look();
		expect($state.get().error?.code).toBe("NETWORK_ERROR");
		await vi.advanceTimersByTimeAsync(10_000);
		page.fire("online");
		await vi.waitFor(() => expect($state.get().data?.handle).toBe(actor));
	});
});

/** What is shown of an image's address. */
const avatarOf = (avatar: unknown) =>
	profilesIn({ profiles: [{ did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz", avatar }] })[0]?.avatar;

test.each([
	["https", "https://cdn.example/a.png", "https://cdn.example/a.png"],
	["none that is http", "http://cdn.example/a.png", undefined],
	["no script", "javascript:alert(1)", undefined],
	["nothing that is in the address", "data:image/png;base64,AA==", undefined],
	["none with a password", "https://me:secret@cdn.example/a.png", undefined],
	["none of the page's own", "/a.png", undefined],
	["none that is too long", `https://cdn.example/${"a".repeat(2048)}`, undefined],
	["text", 42, undefined],
])("on a page that is https, an image is %s", (_, url, shown) => {
	vi.stubGlobal("location", { protocol: "https:" });
	expect(avatarOf(url)).toBe(shown);
});

test("on a page of one's own machine, an image may be there as well", () => {
	vi.stubGlobal("location", { protocol: "http:" });
	expect(avatarOf("http://localhost:1/a.png")).toBe("http://localhost:1/a.png");
});
