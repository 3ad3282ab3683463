import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { alive, type Person, signIn, useWorld } from "./accounts-kit.ts";
import { type App, type AppOptions, type Browser, expire, startApp } from "./kit.ts";

/** Throws whenever somebody looks at it. */
function untouchable(): unknown {
	const no = () => {
		throw new Error("hands off");
	};
	return new Proxy(new Error(), { get: no, getPrototypeOf: no, getOwnPropertyDescriptor: no });
}

const never = () => new Promise<never>(() => {});
const throwing = (what: unknown) => () => {
	throw what;
};

/** What a function that an app has handed in may do instead of what it is there for. */
const MISDEEDS = {
	"throws an Error": throwing(new Error("a mistake of the app")),
	"throws undefined": throwing(undefined),
	"throws a text": throwing("a mistake of the app"),
	"throws what is frozen": throwing(Object.freeze({ code: "X" })),
	"throws what can't be looked at": throwing(untouchable()),
	"rejects with undefined": () => Promise.reject(undefined),
	"rejects with what can't be looked at": () => Promise.reject(untouchable()),
	"gives undefined": () => undefined,
	"gives a promise of undefined": async () => undefined,
	"gives a promise of an object that isn't what was asked for": async () => [],
	"never settles": never,
};
type Misdeed = keyof typeof MISDEEDS;
const misdeeds = Object.keys(MISDEEDS) as Misdeed[];

/** The function of the running case; by default each does what it should. */
let instead: ((real: () => unknown) => unknown) | undefined;
let calls = 0;
afterEach(() => {
	instead = undefined;
	vi.useRealTimers();
	vi.restoreAllMocks();
});

/** Time that passes as fast as it is let, the SDK's limits included. */
function fakeTime(): void {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
		const controller = new AbortController();
		setTimeout(() => controller.abort(new DOMException("", "TimeoutError")), ms);
		return controller.signal;
	});
}

/** The same function, but that it does what the running case wants. */
const handedIn = <A extends unknown[]>(real: (...args: A) => unknown): never => {
	const either = (...args: A) => {
		calls++;
		return instead ? instead(() => real(...args)) : real(...args);
	};
	return either as never;
};

const world = await useWorld();
const logs: string[] = [];

async function open(plugin: AppOptions["plugin"], auth: AppOptions["auth"] = {}): Promise<App> {
	const log = (...all: unknown[]) => void logs.push(all.map(String).join(" "));
	const app = await startApp(world.directories, {
		plugin: { profileCacheMaxAge: 0, ...plugin },
		auth: { logger: { level: "info", log }, ...auth },
	});
	afterAll(() => app.close());
	return app;
}

/** Lets time pass until some work is done, as soon as the function was called. */
async function passing<T>(work: () => Promise<T>): Promise<T> {
	let isDone = false;
	const done = work().finally(() => {
		isDone = true;
	});
	for (; !isDone; await new Promise(setImmediate)) await vi.advanceTimersByTimeAsync(calls && 100);
	// What is left for the background begins then.
	await vi.advanceTimersByTimeAsync(100);
	return done;
}

/** What comes of some work while the function misbehaves; its patience is not waited for. */
async function during<T>(misdeed: Misdeed, work: () => Promise<T>): Promise<T> {
	logs.length = 0;
	calls = 0;
	instead = MISDEEDS[misdeed];
	const isSlow = misdeed === "never settles";
	if (isSlow) fakeTime();
	const result = await (isSlow ? passing(work) : work());
	instead = undefined;
	vi.useRealTimers();
	return result;
}

const begun = async (app: App, person: Person) => {
	const browser = app.browser();
	const url = await browser.begin(person.did, { errorCallbackURL: "/oops" });
	return { browser, callback: person.approve(url) };
};

const endOf = (url: URL) => `${url.pathname} ${url.searchParams.get("error") ?? ""}`.trim();

/** Every token that a person's server has given out is revoked, or the one that is stored. */
async function expectNoneAlive(person: Person, stored = 0): Promise<void> {
	await vi.waitFor(() => expect(alive(person)).toHaveLength(stored), 10_000);
}

async function restored(browser: Browser): Promise<unknown> {
	return (await browser.post("/bsky/restore", {})).json();
}

describe("mapProfileToUser, allowSignIn and user.validateUserInfo", async () => {
	const apps: Record<string, App> = {
		mapProfileToUser: await open({ mapProfileToUser: handedIn(({ did }) => ({ name: did })) }),
		allowSignIn: await open({ allowSignIn: handedIn(() => true) }),
		"user.validateUserInfo": await open({}, { user: { validateUserInfo: handedIn(() => {}) } }),
	};
	// That it says nothing is its yes.
	const isYes = (name: string, misdeed: Misdeed) =>
		name === "user.validateUserInfo" && misdeed.startsWith("gives");
	const cases = Object.entries(apps).flatMap(([name, app]) =>
		misdeeds.map((misdeed) => ({ name, app, misdeed })),
	);

	test.each(cases.filter(({ name, misdeed }) => !isYes(name, misdeed)))(
		"$name $misdeed: nothing stays of the sign-in, and the next one lands",
		async ({ name, app, misdeed }) => {
			const person = await world.newPerson();
			await signIn(app.browser(), person);
			const before = app.rows("bskySession");
			const { browser, callback } = await begun(app, person);
			const end = await during(misdeed, () => browser.arrive(callback));
			expect(endOf(end)).toMatch(
				/^\/oops (internal_server_error|validation_failed|sign_in_not_allowed)$/,
			);
			expect(calls).toBe(1);
			expect(logs.join("\n")).toMatch(
				misdeed === "throws an Error"
					? "a mistake of the app"
					: new RegExp(`${name} (threw|gave|took)`),
			);
			expect(app.rows("bskySession")).toEqual(before);
			expect(await browser.user()).toBeNull();
			await expectNoneAlive(person, 1);
			expect((await signIn(browser, person)).pathname).toBe("/me");
		},
	);
});

describe("handleResolver", async () => {
	const ask = async (handle: string) => {
		const url = new URL(
			"/xrpc/com.atproto.identity.resolveHandle",
			world.directories.handleResolverUrl,
		);
		url.searchParams.set("handle", handle);
		const answer = await fetch(url);
		return answer.ok ? Reflect.get(Object(await answer.json()), "did") : null;
	};
	const app = await open({ handleResolver: { resolve: handedIn(ask) } });

	test.each(misdeeds)("%s: nobody could tell, or there is nobody", async (misdeed) => {
		const { handle } = await world.newPerson();
		const response = await during(misdeed, () => app.browser().post("/bsky/sign-in", { handle }));
		const isNo = misdeed.endsWith("undefined") && misdeed.startsWith("gives");
		expect([response.status, await response.json()]).toMatchObject(
			isNo ? [404, { code: "HANDLE_NOT_FOUND" }] : [503, { code: "SERVER_UNREACHABLE" }],
		);
		if (!isNo && misdeed !== "throws an Error") {
			expect(logs.join("\n")).toMatch(/handleResolver (threw|gave|took)/);
		}
	});

	test.each(misdeeds)("%s: a DID signs in and refreshes all the same", async (misdeed) => {
		const person = await world.newPerson();
		const { browser, callback } = await begun(app, person);
		expect(endOf(await during(misdeed, () => browser.arrive(callback)))).toBe("/me");
		await expire(app, person.did);
		expect(await during(misdeed, () => restored(browser))).toMatchObject({ active: true });
		expect(person.received.filter(({ path }) => path === "/oauth/token")).toHaveLength(2);
	});
});

test("a handle service that never answers keeps no DID from signing in and refreshing", async () => {
	const silent = (request: Request, init: RequestInit) =>
		request.url.includes("resolveHandle") ? never() : fetch(request, init);
	const app = await open({ fetch: handedIn(silent) });
	const person = await world.newPerson();
	fakeTime();
	const { browser, callback } = await passing(() => begun(app, person));
	expect(endOf(await passing(() => browser.arrive(callback)))).toBe("/me");
	await expire(app, person.did);
	expect(await passing(() => restored(browser))).toMatchObject({ active: true });
	expect(person.received.filter(({ path }) => path === "/oauth/token")).toHaveLength(2);
});

describe("requestLock", async () => {
	type Run = () => Promise<unknown>;
	let lock: (run: Run) => unknown = (run) => run();
	const app = await open({ requestLock: (async (_name: string, run: Run) => lock(run)) as never });
	afterEach(() => {
		lock = (run) => run();
	});

	async function ending() {
		const person = await world.newPerson();
		const browser = app.browser();
		await signIn(browser, person);
		await expire(app, person.did);
		const asked = () => person.received.filter(({ path }) => path === "/oauth/token").length - 1;
		const agent = () =>
			app.auth.api.getBskyAgent({ trustedDid: person.did }).then(
				() => "acts",
				(error) => error.body?.code,
			);
		return { person, browser, asked, agent };
	}

	test.each(misdeeds.filter((misdeed) => misdeed !== "never settles"))(
		"%s, and doesn't call: the session stays, and nobody takes it for over",
		async (misdeed) => {
			const { browser, asked, agent } = await ending();
			lock = MISDEEDS[misdeed];
			expect(await agent()).toBe("SERVER_UNREACHABLE");
			expect(await restored(browser)).toMatchObject({ active: true });
			expect(asked()).toBe(0);
			lock = (run) => run();
			expect(await agent()).toBe("acts");
			expect(asked()).toBe(1);
		},
	);

	test.each<[string, typeof lock]>([
		["gives nothing back", async (run) => void (await run())],
		["doesn't wait for it", (run) => void run()],
		["calls it twice at once", (run) => Promise.all([run(), run()])],
		["calls it again afterwards", async (run) => [await run(), await run()]],
		["fails when it is let go", (run) => run().then(throwing(new Error("a mistake of the app")))],
		[
			"throws what can't be looked at when it is let go",
			(run) => run().then(throwing(untouchable())),
		],
		["never comes back", (run) => run().then(never)],
	])("%s: what came of the refresh counts, and the server was asked once", async (_what, own) => {
		const { person, agent, asked } = await ending();
		lock = own;
		expect(await agent()).toBe("acts");
		expect(asked()).toBe(1);
		await new Promise(setImmediate);
		lock = () => Promise.reject(new Error("nobody needs it"));
		expect(await agent()).toBe("acts");
		expect(app.rows("bskySession").find(({ did }) => did === person.did)).toMatchObject({
			lockedUntil: 0,
		});
	});

	test("doesn't wait for a refresh that is refused: no promise is left unhandled", async () => {
		const { person, agent } = await ending();
		const unhandled: unknown[] = [];
		const note = (error: unknown) => void unhandled.push(error);
		process.on("unhandledRejection", note);
		lock = (run) => void run();
		person.deviations.token = () => ({ status: 400, body: { error: "invalid_grant" } });
		expect(await agent()).toBe("SESSION_EXPIRED");
		await new Promise(setImmediate);
		process.off("unhandledRejection", note);
		expect(unhandled).toEqual([]);
	});
});

describe("fetch", async () => {
	const app = await open({
		fetch: handedIn((request: Request, init: object) => fetch(request, init)),
	});

	test.each(misdeeds)(
		"%s: the server can't be reached, and no token stays alive",
		async (misdeed) => {
			const person = await world.newPerson();
			const { browser, callback } = await begun(app, person);
			const lost = await during(misdeed, () => browser.arrive(callback));
			expect(endOf(lost)).toBe("/oops server_unreachable");
			await expectNoneAlive(person);
			expect(app.rows("bskySession")).toEqual([]);
		},
	);
});

describe("advanced.backgroundTasks.handler", async () => {
	const handler = handedIn((work: Promise<unknown>) => void work);
	const app = await open({}, { advanced: { backgroundTasks: { handler } } });

	test.each(misdeeds)("%s: what was to be done is done", async (misdeed) => {
		const person = await world.newPerson();
		const browser = app.browser();
		await signIn(browser, person);
		instead = MISDEEDS[misdeed];
		logs.length = 0;
		expect((await browser.post("/bsky/disconnect", {})).status).toBe(200);
		await expectNoneAlive(person);
		const isFailure = /^(throws|rejects)/.test(misdeed);
		expect(logs.some((line) => line.includes("backgroundTasks.handler threw"))).toBe(isFailure);
	});
});

describe("scopeFallback", async () => {
	const app = await open({ scopeFallback: handedIn(() => "atproto") });
	/** What would have ended the process. */
	const unhandled: unknown[] = [];
	const note = (error: unknown) => unhandled.push(error);
	beforeAll(() => void process.on("unhandledRejection", note));
	afterAll(() => void process.off("unhandledRejection", note));

	test.each(misdeeds)("%s: the sign-in ends, and nothing else does", async (misdeed) => {
		const person = await world.newPerson();
		person.deviations = { par: () => ({ status: 400, body: { error: "invalid_scope" } }) };
		instead = MISDEEDS[misdeed];
		logs.length = 0;
		const { status } = await app.browser().post("/bsky/sign-in", { handle: person.did });
		await new Promise(setImmediate);
		expect([status >= 400, unhandled]).toEqual([true, []]);
		if (misdeed !== "gives undefined") expect(logs.join("\n")).toMatch(/scopeFallback|a mistake/);
	});
});

test("a logger that throws keeps nothing from being done", async () => {
	const app = await open({}, { logger: { level: "info", log: handedIn(() => {}) } });
	instead = throwing(untouchable());
	const person = await world.newPerson();
	// Which is warned of, at the end of the session that the second sign-in replaces.
	person.deviations = { metadata: { revocation_endpoint: undefined } };
	const browser = app.browser();
	for (let times = 0; times < 2; times++) {
		expect((await signIn(browser, person)).pathname).toBe("/me");
	}
	await vi.waitFor(() => expect(calls).toBeGreaterThan(0));
	await vi.waitFor(() => expect(app.rows("bskyRevocation")).toEqual([]));
});
