import type { BskySession } from "@better-auth-bsky/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { de } from "../../src/labels/de.ts";
import { connectScopeGate, createScopeGate, type ScopeGateOptions } from "../../src/scope/index.ts";
import { createBskySession } from "../../src/session/index.ts";
import { fakeServer, openPage, type Page, turn } from "../page.ts";

let page: Page;
let server: ReturnType<typeof fakeServer>;
let stops: (() => void)[] = [];
// A page remembers what was refused, and all tests share one.
let scope = "";
let scopes = 0;

beforeEach(() => {
	page = openPage("https://app.example/compose?draft=1");
	server = fakeServer();
	scope = `repo:com.example.post${++scopes}`;
});
afterEach(async () => {
	for (const stop of stops) stop();
	stops = [];
	vi.restoreAllMocks();
	await page.close();
});

const DID = "did:plc:alice";
const SESSION = { active: true, did: DID, grantedScope: "atproto" } satisfies BskySession;
const GRANTED = { ...SESSION, grantedScope: "atproto repo:*" } satisfies BskySession;
const ENDED = { active: false, did: DID, reason: "session_expired" } satisfies BskySession;

const NOT_LINKED: BskySession = { active: false, did: null, reason: "not_linked" };

function open(initial: BskySession | null | undefined, options: Partial<ScopeGateOptions> = {}) {
	const gone: string[] = [];
	const gate = createScopeGate({
		scope,
		fetch: server.fetch,
		initial,
		navigate: (url) => gone.push(url),
		...options,
	});
	stops.push(gate.mount());
	return { gate, gone, api: () => connectScopeGate(gate) };
}

/** The browser has left, and loads the page with that in its URL. */
function load(search: string): void {
	for (const stop of stops.splice(0)) stop();
	vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(Date.now() + 1);
	page.window.happyDOM.setURL(`https://app.example/compose${search}`);
}

/** Asks, and comes back to the page with that in its URL. */
async function comeBackWith(search: string, options: Partial<ScopeGateOptions> = {}) {
	const before = open(SESSION, options);
	void before.gate.allow();
	await server.last().answer({ url: "https://pds.example/oauth/authorize" });
	load(search);
}

describe("what is shown", () => {
	test.each([
		["what is granted", GRANTED, "granted", "", ""],
		["what isn't", SESSION, "missing", "one more permission", "Allow"],
		["an ended session", ENDED, "ended", "has ended", "Reconnect"],
		[
			"a session that was signed out elsewhere",
			{ ...ENDED, reason: "signed_out" as const },
			"ended",
			"has ended",
			"Reconnect",
		],
		["nobody connected", NOT_LINKED, "not-connected", "No Bluesky account", "Connect Bluesky"],
		["nobody signed in", null, "signed-out", "No Bluesky account", "Connect Bluesky"],
		["nothing known", undefined, "pending", "", ""],
	])("%s", (_, session, status, text, button) => {
		const { api } = open(session);
		expect(api()).toMatchObject({
			status,
			text: expect.stringContaining(text),
			button,
			granted: status === "granted",
			error: null,
		});
	});

	test("in another language", () => {
		const { api } = open(SESSION, { labels: de });
		expect(api().getRootProps().lang).toBe("de");
	});

	test("of another account, once that is known", async () => {
		const did = "did:plc:bob";
		const { api } = open(SESSION, { did });
		expect(api().status).toBe("pending");
		expect(server.last().url.searchParams.get("did")).toBe(did);
		await server.last().answer({ ...GRANTED, did });
		expect(api().status).toBe("granted");
	});
});

describe("asking", () => {
	test.each([
		["an upgrade", SESSION, {}, "/bsky/upgrade", () => ({ scope })],
		["of another account", SESSION, { did: DID }, "/bsky/upgrade", () => ({ scope, did: DID })],
		[
			"a sign-in at the app's server",
			null,
			{ defaultServer: "https://pds.example" },
			"/bsky/sign-in",
			() => ({ handle: "https://pds.example", link: true }),
		],
	])("%s, and back to this page", (_, session, options, path, body) => {
		const { gate } = open(session, options);
		void gate.allow();
		void gate.allow();
		expect(server.asked.map(({ path }) => path)).toEqual([path]);
		expect(server.last().body).toEqual({
			...body(),
			callbackURL: "/compose?draft=1",
			errorCallbackURL: "/compose?draft=1",
			disableRedirect: true,
		});
	});

	test.each([
		["no network", () => server.last().fail(), "NETWORK_ERROR", "offline"],
		[
			"a server's refusal, in its words",
			() => server.last().answer({ code: "IMPERSONATED", message: "Only they can." }, 403),
			"IMPERSONATED",
			"Only they can.",
		],
		[
			"one without words",
			() => server.last().answer({ code: "IMPERSONATED" }, 403),
			"IMPERSONATED",
			"That didn’t work",
		],
		[
			"nowhere to go",
			() => server.last().answer({ url: "javascript:1" }),
			"UNKNOWN",
			"didn’t work",
		],
		["nonsense", () => server.last().answer(null), "UNKNOWN", "didn’t work"],
	])("%s is told, and it can be tried again", async (_, answer, code, text) => {
		const onError = vi.fn();
		const { gate, api, gone } = open(SESSION, { onError });
		void gate.allow();
		await answer();
		await vi.waitFor(() => expect(api().status).toBe("failed"));
		expect(api()).toMatchObject({
			error: code,
			text: expect.stringContaining(text),
			button: "Allow",
		});
		expect(onError.mock.calls).toEqual([[{ code }]]);
		expect(gone).toEqual([]);
		void gate.allow();
		expect(api().status).toBe("asking");
	});

	test.each([
		["being offline", undefined, "missing"],
		["anything else", "IMPERSONATED", "failed"],
	])("online again, %s is no longer said", async (_, code, status) => {
		const { gate, api } = open(SESSION);
		void gate.allow();
		await (code ? server.last().answer({ code }, 403) : server.last().fail());
		await vi.waitFor(() => expect(api().status).toBe("failed"));
		page.fire("online");
		expect(api().status).toBe(status);
	});

	test("one that comes back as it was left goes nowhere by an answer from before", async () => {
		const { gate, api, gone } = open(SESSION);
		void gate.allow();
		const before = server.last();
		page.comeBack();
		await before.answer({ url: "https://pds.example/oauth/authorize" });
		expect([gone, api().status]).toEqual([[], "missing"]);
	});

	test("one that was put away in the middle of asking can ask again", async () => {
		const { gate, api, gone } = open(SESSION);
		void gate.allow();
		for (const stop of stops.splice(0)) stop();
		await server.last().answer({ url: "https://pds.example/oauth/authorize" });
		stops.push(gate.mount());
		expect(api().status).toBe("missing");
		void gate.allow();
		await server.last().answer({ url: "https://pds.example/oauth/authorize" });
		await vi.waitFor(() => expect(gone).toHaveLength(1));
	});

	test("in the app's language, where a text for it is there", async () => {
		const { gate, api } = open(SESSION, { labels: { errors: { IMPERSONATED: "Nur selbst." } } });
		void gate.allow();
		await server.last().answer({ code: "IMPERSONATED", message: "Only they can." }, 403);
		expect(api().text).toBe("Nur selbst.");
	});
});

describe("coming back", () => {
	test.each([
		["refused", "?error=access_denied&error_description=no", SESSION, "refused"],
		["without it", "", SESSION, "refused"],
		["with it", "", GRANTED, "granted"],
		["with it, and an error from elsewhere", "?error=access_denied", GRANTED, "granted"],
		["as somebody else", "?error=WRONG_ACCOUNT", SESSION, "failed"],
		["to a session that has ended meanwhile", "?error=access_denied", ENDED, "refused"],
	])("%s", async (_, search, session, status) => {
		await comeBackWith(search);
		const { api } = open(session);
		expect(api().status).toBe(status);
		expect(page.window.location.search).toBe("");
	});

	test.each([
		["another scope", () => ({ scope: `${scope}?action=create` })],
		["another account", () => ({ did: DID })],
	])("%s was not refused", async (_, other) => {
		await comeBackWith("?error=access_denied");
		const { api } = open(SESSION, other());
		expect(api().status).toBe("missing");
		expect(page.window.location.search).toBe("?error=access_denied");
		expect(open(SESSION).api().status).toBe("refused");
	});

	test.each([
		["a refusal", "access_denied", "refused"],
		["a failure", "wrong_account", "failed"],
	])(
		"a gate that becomes one for another scope forgets %s, and finds it again",
		async (_, code, status) => {
			await comeBackWith(`?error=${code}`);
			const { gate, api } = open(SESSION);
			expect(api().status).toBe(status);
			// In development React mounts twice in a row.
			const again = (own: string) => {
				for (const stop of stops.splice(0)) stop();
				gate.options = { ...gate.options, scope: own };
				stops.push(gate.mount());
			};
			again(scope);
			expect(api().status).toBe(status);
			again("repo:com.example.other");
			expect(api()).toMatchObject({ status: "missing", error: null });
			again(scope);
			expect(api().status).toBe(status === "refused" ? status : "missing");
		},
	);

	test.each([
		["has ended", ENDED, "ended"],
		["is granted less", { ...SESSION, grantedScope: "atproto blob:*/*" }, "missing"],
	])("who has allowed it has refused nothing, once the session %s", async (_, later, status) => {
		await comeBackWith("");
		const { api } = open(GRANTED);
		expect(api().status).toBe("granted");
		createBskySession({ fetch: server.fetch, initial: later });
		await turn();
		expect(api().status).toBe(status);
		expect(open(later).api().status).toBe(status);
	});

	test("who was asked again and came back with something else has refused nothing", async () => {
		await comeBackWith("?error=access_denied");
		expect(open(SESSION).api().status).toBe("refused");
		await comeBackWith("?error=wrong_account");
		expect(open(SESSION).api().status).toBe("failed");
	});

	test.each([
		["another gate", (_: ReturnType<typeof open>) => open(SESSION)],
		[
			"the same one, shown again",
			(first: ReturnType<typeof open>) => {
				for (const stop of stops.splice(0)) stop();
				stops.push(first.gate.mount());
				return first;
			},
		],
	])("while the browser is still to leave nobody has refused anything: %s", async (_, show) => {
		const first = open(SESSION);
		void first.gate.allow();
		await server.last().answer({ url: "https://pds.example/oauth/authorize" });
		expect(first.api().status).toBe("asking");
		expect(show(first).api().status).not.toBe("refused");
		for (const stop of stops.splice(0)) stop();
		expect(open(SESSION).api().status).toBe("missing");
	});

	test("an error that nobody of ours went for stays in the URL", () => {
		page.window.happyDOM.setURL("https://app.example/compose?error=access_denied");
		expect(open(SESSION).api().status).toBe("missing");
		expect(page.window.location.search).toBe("?error=access_denied");
	});

	test("a storage that is forbidden forgets the refusal, and nothing breaks", async () => {
		vi.stubGlobal("sessionStorage", undefined);
		await comeBackWith("?error=access_denied");
		expect(open(SESSION).api().status).toBe("missing");
	});
});

describe("another account than the session's is as the server says now", () => {
	const did = "did:plc:bob";
	const [BOBS, CAROL] = [
		{ ...GRANTED, did },
		{ ...SESSION, did: "did:plc:carol" },
	];
	const sessions = () => server.asked.filter(({ path }) => path === "/bsky/session");
	const ofBob = () => sessions().filter(({ url }) => url.searchParams.get("did") === did);

	/** The page asks for its session again. */
	async function askAgain(session: BskySession | null, status = 200) {
		const { refetch } = createBskySession({ fetch: server.fetch });
		void refetch();
		await sessions()
			.filter(({ url }) => !url.searchParams.has("did"))
			.at(-1)
			?.answer(session, status);
	}

	test.each([
		["is granted no more", { ...SESSION, did }, 200, "missing"],
		["has ended", { ...ENDED, did }, 200, "ended"],
		["is connected no more", { ...ENDED, did, reason: "signed_out" as const }, 200, "ended"],
	])("%s", async (_, now, code, status) => {
		const { api } = open(SESSION, { did });
		await ofBob().at(-1)?.answer(BOBS);
		expect(api().status).toBe("granted");
		await askAgain(SESSION);
		await ofBob().at(-1)?.answer(now, code);
		expect(api().status).toBe(status);
	});

	test("nor is it the next person's who signs in", async () => {
		const { api } = open(SESSION, { did });
		await ofBob().at(-1)?.answer(BOBS);
		await askAgain(null);
		expect(api().status).toBe("signed-out");
		await askAgain(CAROL);
		expect(api().status).toBe("pending");
		await ofBob().at(-1)?.answer({ active: false, did, reason: "signed_out" });
		expect(api().status).toBe("ended");
	});

	test("nor is a refusal", async () => {
		await comeBackWith("?error=access_denied");
		const { api } = open(SESSION);
		expect(api().status).toBe("refused");
		await askAgain(null);
		expect(api().status).toBe("signed-out");
		await askAgain(CAROL);
		expect(api().status).toBe("missing");
		expect(open(CAROL).api().status).toBe("missing");
	});

	test("an answer that comes late says nothing any more", async () => {
		const { api } = open(SESSION, { did });
		const first = ofBob().at(-1);
		await askAgain(SESSION);
		await ofBob()
			.at(-1)
			?.answer({ ...SESSION, did });
		await first?.answer(BOBS);
		expect(api().status).toBe("missing");
	});

	test("what the person has answered stays, whatever fails beside it", async () => {
		const before = open(SESSION, { did });
		await ofBob()
			.at(-1)
			?.answer({ ...SESSION, did });
		void before.gate.allow();
		await server.last().answer({ url: "https://pds.example/oauth/authorize" });
		load("?error=access_denied");
		const onError = vi.fn();
		const { api } = open(SESSION, { did, onError });
		const asked = async (now: BskySession | null) => {
			await (now ? ofBob().at(-1)?.answer(now) : ofBob().at(-1)?.fail());
			const { status } = api();
			await askAgain(SESSION);
			return status;
		};
		const known = { ...SESSION, did };
		expect(await asked(null)).toBe("failed");
		expect(await asked(null)).toBe("failed");
		expect(await asked(known)).toBe("refused");
		expect(await asked(null)).toBe("refused");
		expect(await asked(known)).toBe("refused");
		expect(onError).toHaveBeenCalledTimes(1);
	});

	test("a failure is over once it is known", async () => {
		const { api } = open(SESSION, { did });
		await ofBob().at(-1)?.fail();
		expect(api().status).toBe("failed");
		await askAgain(SESSION);
		await ofBob()
			.at(-1)
			?.answer({ ...SESSION, did });
		expect(api()).toMatchObject({ status: "missing", error: null });
	});
});
