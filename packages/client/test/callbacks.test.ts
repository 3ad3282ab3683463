import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type AccountsOptions, connectAccounts, createAccounts } from "../src/accounts/index.ts";
import { connectSession, createBskySession } from "../src/session/index.ts";
import {
	connectSignIn,
	createSignIn,
	type FieldOptions,
	mountField,
	signInOptions,
} from "../src/sign-in/index.ts";
import { openPage, type Page, turn } from "./page.ts";

/** What an app's function may do besides what it is for. */
const DEEDS = {
	throws: () => {
		throw new Error("the app's");
	},
	rejects: () => Promise.reject(new Error("the app's")),
	"never ends": () => new Promise<never>(() => {}),
} satisfies Record<string, () => unknown>;
const deeds = Object.entries(DEEDS);

/** Answers that make no sense. */
const NONSENSE: [what: string, answer: () => unknown][] = [
	["nothing", () => undefined],
	["a page", () => new Response("<html>")],
	["null", () => Response.json(null)],
	["a list", () => Response.json([])],
	["another kind of error", () => Response.json({ code: 42 }, { status: 400 })],
	["a text as its error", () => Response.json("no", { status: 500 })],
];

let page: Page;
const unhandled = vi.fn();
const consoleError = vi.spyOn(console, "error");

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
	consoleError.mockReset().mockImplementation(() => {});
	unhandled.mockReset();
	process.on("unhandledRejection", unhandled);
	page = openPage();
});
const stops: (() => void)[] = [];
afterEach(async () => {
	for (const stop of stops.splice(0)) stop();
	await vi.advanceTimersByTimeAsync(20_000);
	vi.useRealTimers();
	await new Promise((resolve) => setTimeout(resolve));
	process.off("unhandledRejection", unhandled);
	await page.close();
	expect(unhandled).not.toHaveBeenCalled();
});

/** Long enough for whatever was begun, and for the patience with a browser that doesn't leave. */
async function afterwards(): Promise<void> {
	for (let i = 0; i < 3; i++) {
		await turn();
		await new Promise((resolve) => setImmediate(resolve));
	}
	await vi.advanceTimersByTimeAsync(10_000);
}

const PDS = "https://pds.example/";
const answering = (body: unknown) => async () => Response.json(body);

function openForm(options: FieldOptions) {
	const signIn = createSignIn(signInOptions({ suggestions: false, ...options }));
	stops.push(mountField(signIn, () => options));
	return signIn;
}

/** It shows no sign-in under way, and begins one when it is told to. */
async function expectUsable(signIn: ReturnType<typeof openForm>): Promise<void> {
	expect(connectSignIn(signIn)).toMatchObject({
		busy: false,
		error: expect.toBeOneOf([null, expect.any(String)]),
	});
	const fetch = vi.fn(answering({ url: PDS }));
	const navigate = vi.fn();
	signIn.setOptions({ fetch, navigate });
	signIn.input("bob.example");
	await signIn.submit();
	expect(fetch).toHaveBeenCalledOnce();
	expect(navigate).toHaveBeenCalledWith(PDS);
	expect(connectSignIn(signIn)).toMatchObject({ busy: true, error: null });
}

describe("a form is usable whatever the app's", () => {
	test.each(deeds)("navigate does: it %s", async (name, navigate) => {
		const signIn = openForm({ fetch: answering({ url: PDS }), navigate, remember: true });
		signIn.input("alice.example");
		void signIn.submit();
		await afterwards();
		const failed = name !== "never ends";
		expect(signIn.$state.get().status).toBe(failed ? "failed" : "idle");
		expect(connectSignIn(signIn).error).toEqual(failed ? expect.any(String) : null);
		expect(consoleError).toHaveBeenCalledTimes(failed ? 1 : 0);
		await expectUsable(signIn);
	});

	test("navigate does: it rejects once the sign-in was given up", async () => {
		let reject = (_: Error) => {};
		const navigate = () => new Promise<void>((_, no) => (reject = no));
		const signIn = openForm({ fetch: answering({ url: PDS }), navigate });
		void signIn.submit("alice.example");
		await afterwards();
		reject(new Error("the app's"));
		await turn();
		expect(signIn.$state.get()).toMatchObject({ status: "idle", error: null });
		await expectUsable(signIn);
	});

	test.each(deeds)("replaceURL does: it %s", async (_, replaceURL) => {
		page.window.happyDOM.setURL("https://app.example/in?error=access_denied");
		const signIn = openForm({ replaceURL });
		await afterwards();
		expect(connectSignIn(signIn).error).toMatch(/cancelled/);
		await expectUsable(signIn);
	});

	test.each([...deeds, ...NONSENSE])("fetch does: it %s", async (name, answer) => {
		const fetch = answer as typeof globalThis.fetch;
		const signIn = openForm({ fetch, suggestions: true });
		signIn.focus(true);
		signIn.input("alice.example");
		await afterwards();
		void signIn.submit();
		await afterwards();
		if (name === "never ends") signIn.abort();
		else
			expect(connectSignIn(signIn)).toMatchObject({ status: "failed", error: expect.any(String) });
		await expectUsable(signIn);
	});

	test.each([...deeds, ["answers nothing", () => undefined] as const])(
		"client does: its $fetch %s",
		async (name, deed) => {
			const $fetch = deed as () => Promise<unknown>;
			const signIn = openForm({ authClient: { $fetch } });
			void signIn.submit("alice.example");
			await afterwards();
			if (name === "never ends") signIn.abort();
			else
				expect(connectSignIn(signIn)).toMatchObject({
					status: "failed",
					error: expect.any(String),
				});
			await expectUsable(signIn);
		},
	);

	test.each(deeds)("onValueChange does: it %s", async (_, onValueChange) => {
		const signIn = openForm({ onValueChange });
		signIn.input("a");
		await afterwards();
		expect(signIn.$state.get().value).toBe("a");
		await expectUsable(signIn);
	});
});

describe("the list of accounts is usable whatever the app's", () => {
	const SERVER: Record<string, unknown> = {
		"/bsky/accounts": { accounts: [{ did: "did:plc:alice", handle: null, active: true }] },
		"/bsky/sign-in": { url: PDS },
	};
	const fetch = async (input: string | URL | Request) =>
		Response.json(SERVER[new URL(String(input), PDS).pathname.replace("/api/auth", "")]);

	function openList(options: AccountsOptions) {
		const link = createAccounts({ fetch, ...options });
		stops.push(link.mount());
		return link;
	}

	async function expectUsable(link: ReturnType<typeof openList>): Promise<void> {
		expect(connectAccounts(link).busy).toBe(false);
		const navigate = vi.fn();
		link.setOptions({ fetch, navigate });
		await link.refetch();
		expect(connectAccounts(link).accounts).toHaveLength(1);
		await link.add();
		expect(navigate).toHaveBeenCalledWith(PDS);
	}

	test.each(deeds)("navigate does: it %s", async (name, navigate) => {
		const link = openList({ navigate });
		await afterwards();
		void link.add();
		await afterwards();
		const failed = name !== "never ends";
		expect(connectAccounts(link)).toMatchObject({
			status: failed ? "failed" : "idle",
			error: failed ? expect.any(String) : null,
		});
		await expectUsable(link);
	});

	test.each(deeds)("replaceURL does: it %s", async (_, replaceURL) => {
		page.window.happyDOM.setURL("https://app.example/me?error=access_denied");
		const link = openList({ replaceURL });
		await afterwards();
		expect(connectAccounts(link).error).toMatch(/cancelled/);
		await expectUsable(link);
	});

	test.each([...deeds, ...NONSENSE])("fetch does: it %s", async (name, answer) => {
		const link = openList({ fetch: answer as typeof globalThis.fetch });
		await afterwards();
		if (name !== "never ends") {
			expect(connectAccounts(link)).toMatchObject({ canRetry: true, error: expect.any(String) });
		}
		await expectUsable(link);
	});
});

describe("the session is kept whatever the app's", () => {
	test.each([...deeds, ...NONSENSE])("fetch does: it %s", async (_, answer) => {
		const fetch = answer as typeof globalThis.fetch;
		const session = createBskySession({ fetch });
		stops.push(session.$state.listen(() => {}));
		await afterwards();
		void session.signOut();
		await afterwards();
		expect(() => connectSession(session)).not.toThrow();
	});

	test.each(deeds)("onSignOut does: it %s", async (_, onSignOut) => {
		const session = createBskySession({ fetch: answering({}), initial: null });
		const { getSignOutProps } = connectSession(session, undefined, undefined, { onSignOut });
		(getSignOutProps().onClick as () => void)();
		await afterwards();
		expect(connectSession(session)).toMatchObject({ status: "signed-out", error: null });
	});
});
