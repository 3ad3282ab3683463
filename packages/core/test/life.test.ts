import { type Account, approve } from "@better-auth-bsky/devnet";
import type { AuthContext } from "better-auth";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bsky, BskyPlugin } from "../src/bsky.ts";
import { hasScope } from "../src/index.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import { readSession, writeRefreshed } from "../src/stores/session-store.ts";
import {
	type App,
	type Browser,
	expire,
	newPerson,
	pluginDefaults,
	startApp,
	useNetwork,
} from "./kit.ts";
import {
	AT_LENGTH,
	afterLostRefresh,
	REFERENCE,
	SERVER_KINDS,
	type ServerKind,
	useServer,
} from "./servers.ts";

/** `LIFE_RUNS=500` lives more lives. */
const RUNS = Number(process.env.LIFE_RUNS ?? 4);

const network = await useNetwork({ appView: "none" });
await network.addPds();

let elsewhere = 0;
const newPersonElsewhere = () =>
	network.createAccount({ handle: `other-${++elsewhere}.pds2.test` });

const PLAIN = "atproto transition:generic";
const NARROW = "atproto repo:xyz.statusphere.status";
/** What is asked for later. */
const MORE = "blob:image/*";
const DECLARED = `${PLAIN} repo:xyz.statusphere.status ${MORE}`;

const DIDS = [0, 1] as const;
type Which = (typeof DIDS)[number];

/** What should be true of a DID, as far as a bystander knows. */
interface KnownDid {
	/** Which user it belongs to; null where it is nobody's. */
	owner: number | null;
	/** Whether we hold a session of it, alive or not. */
	stored: boolean;
	/** Whether the server ended it without our knowing, or without saying so in the protocol's words. */
	dead: boolean;
	/** Sessions that the server has, and that we have no newest token of. */
	stray: number;
	/** Those of them that a stored session still names: its token was used. */
	named: number;
	/** What the server granted with the stored session, or with the last one. */
	scope: string | null;
}

/** A session of better-auth in a browser. */
interface Seat {
	user: number;
	/** The DID that it was told to act as; where it wasn't, it acts as the user's primary one. */
	acts: Which | null;
}

interface Model {
	/** By user, while they exist: their DIDs as they were connected, and which is the primary one. */
	users: Map<number, { dids: Which[]; primary: Which | null }>;
	/** One on the server that the life is about, and one on another. */
	dids: [KnownDid, KnownDid];
	seats: Seat[];
	/** Sign-ins whose end named none. */
	pending: number;
}

const UNKNOWN: KnownDid = {
	owner: null,
	stored: false,
	dead: false,
	stray: 0,
	named: 0,
	scope: null,
};

const nobody = (): Model => ({
	users: new Map(),
	dids: [{ ...UNKNOWN }, { ...UNKNOWN }],
	seats: [],
	pending: 0,
});

interface Real {
	servers: [ServerKind, ServerKind];
	app: App;
	people: [Account, Account];
	/** By seat. */
	browsers: Browser[];
	context: AuthContext;
	bsky: Bsky;
}

/** The DID that a seat acts as. */
const actingAs = ({ users }: Model, { user, acts }: Seat): Which | null =>
	acts ?? users.get(user)?.primary ?? null;

/** Nothing here or at the servers contradicts the rest, whatever happened before. */
async function checkInvariants(model: Model, real: Real): Promise<void> {
	const { app } = real;
	await expect.poll(() => app.rows("bskyRevocation"), { timeout: 10_000 }).toEqual([]);
	const count = (table: string) => app.rows(table).length;
	const owned = model.dids.filter(({ owner }) => owner !== null).length;
	expect([count("user"), count("account")]).toEqual([model.users.size, owned]);
	expect(count("session")).toBe(model.seats.length);
	expect(count("bskySession")).toBe(model.dids.filter(({ stored }) => stored).length);
	expect(count("bskyState")).toBe(model.pending);
	for (const which of DIDS) await checkDid(model.dids[which], which, real);
	for (const [index, seat] of model.seats.entries()) await checkSeat(model, seat, index, real);
}

async function checkDid(known: KnownDid, which: Which, real: Real): Promise<void> {
	const { did } = real.people[which];
	const live = await network.liveTokens(did);
	const alive = known.stored && !known.dead;
	expect(live).toHaveLength((alive ? 1 : 0) + known.stray);
	if (!alive) return;
	const stored = await readSession(real.context, did);
	const { refresh_token } = stored?.session?.tokenSet ?? {};
	expect(live.map(({ currentRefreshToken }) => currentRefreshToken)).toContain(refresh_token);
	expect(stored?.lockedUntil).toBe(0);
}

interface Listed {
	did: string;
	active: boolean;
	grantedScope?: string;
	primary: boolean;
	current: boolean;
}

/** What a person sees of their accounts. */
async function checkSeat(model: Model, seat: Seat, index: number, real: Real): Promise<void> {
	const { dids = [], primary = null } = model.users.get(seat.user) ?? {};
	const current = actingAs(model, seat);
	const answer: unknown = await real.browsers[index]?.json("/bsky/accounts");
	const { accounts } = answer as { accounts: Listed[] };
	const seen = accounts.map(({ did, active, grantedScope, primary, current }) => ({
		...{ did, active, grantedScope, primary, current },
	}));
	const expected = dids.map((which) => ({
		did: real.people[which].did,
		active: model.dids[which].stored,
		grantedScope: model.dids[which].scope,
		primary: which === primary,
		current: which === current,
	}));
	const byDid = (a: { did: string }, b: { did: string }) => (a.did < b.did ? -1 : 1);
	expect(seen.sort(byDid)).toEqual(expected.sort(byDid));
}

type Step = fc.AsyncCommand<Model, Real>;

const step = (
	name: string,
	check: (model: Model) => boolean,
	run: (model: Model, real: Real) => Promise<void>,
): Step => ({
	check: (model) => check(model),
	run: async (model, real) => {
		await run(model, real);
		await checkInvariants(model, real);
	},
	toString: () => name,
});

const always = () => true;

/** A step of somebody who is signed in; which of them, a number tells. */
const seated = (
	name: string,
	pick: number,
	check: (model: Model, seat: Seat) => boolean,
	run: (model: Model, real: Real, seat: Seat, browser: Browser) => Promise<void>,
): Step => {
	const seatOf = ({ seats }: Model) => seats[pick % seats.length];
	return step(
		`${name} (seat ${pick})`,
		(model) => {
			const seat = seatOf(model);
			return seat !== undefined && check(model, seat);
		},
		async (model, real) => {
			const seat = seatOf(model);
			const browser = real.browsers[pick % model.seats.length];
			if (seat && browser) await run(model, real, seat, browser);
		},
	);
};

/** A session is given up. Where the server takes no revocations, it lives on there. */
function giveUp(model: Model, real: Real, which: Which): void {
	const known = model.dids[which];
	const alive = known.stored && !known.dead;
	if (!isUnrevocable(real, which)) known.stray -= known.named;
	else if (alive) known.stray++;
	Object.assign(known, { stored: false, dead: false, named: 0 });
}

const isUnrevocable = ({ servers }: Real, which: Which): boolean =>
	servers[which].habits.includes("no-revocation-endpoint");

/** A session came that nobody may have. */
function turnedAway(model: Model, real: Real, which: Which): void {
	if (isUnrevocable(real, which)) model.dids[which].stray++;
}

/** A refresh was refused. What isn't `invalid_grant` doesn't say that the session has ended. */
function refused(model: Model, { servers }: Real, which: Which, live = 0): void {
	const stored = servers[which].habits.includes("free-text-refusal");
	const known = model.dids[which];
	known.stray += live;
	known.named += stored ? live : 0;
	Object.assign(known, { stored, dead: stored });
}

/** What a person is told who cancels, by their own browser or another. */
function denial(model: Model, { servers }: Real, otherwise: string): string {
	if (!servers[0].habits.includes("cancel-without-state")) return otherwise;
	model.pending++;
	return "access_denied";
}

/** A session of a DID has come and is stored, and belongs to this user. */
async function arrived(model: Model, real: Real, which: Which, user: number): Promise<void> {
	giveUp(model, real, which);
	const known = model.dids[which];
	const account = model.users.get(user) ?? { dids: [], primary: null };
	model.users.set(user, account);
	if (known.owner === null) account.dids.push(which);
	account.primary ??= which;
	const stored = await readSession(real.context, real.people[which].did);
	const scope = stored?.session?.tokenSet.scope ?? null;
	Object.assign(known, { owner: user, stored: true, scope });
}

const newUser = ({ users }: Model): number => Math.max(-1, ...users.keys()) + 1;

async function cameIn(model: Model, real: Real, which: Which, browser: Browser): Promise<void> {
	const user = model.dids[which].owner ?? newUser(model);
	await arrived(model, real, which, user);
	model.seats.push({ user, acts: which });
	real.browsers.push(browser);
}

/** A user is gone, with all that was theirs. */
function forgetUser(model: Model, real: Real, user: number): void {
	for (const which of DIDS) {
		if (model.dids[which].owner !== user) continue;
		giveUp(model, real, which);
		Object.assign(model.dids[which], { owner: null, scope: null });
	}
	real.browsers = real.browsers.filter((_, index) => model.seats[index]?.user !== user);
	model.seats = model.seats.filter((seat) => seat.user !== user);
	model.users.delete(user);
}

/** The server forgets the session, as when the person removes the app there. */
async function endAtServer({ did, pds }: Account): Promise<void> {
	await pds.server.ctx.accountManager.db.db
		.deleteFrom("token")
		.where("did", "=", did as `did:plc:${string}`)
		.execute();
}

const restore = async (browser: Browser) =>
	(await (await browser.post("/bsky/restore", {})).json()) as Record<string, unknown>;

const signIn = (which: Which, scope = PLAIN): Step =>
	step(`sign in with ${which} for ${scope}`, always, async (model, real) => {
		const browser = real.app.browser();
		expect((await browser.signIn(real.people[which], { scope })).pathname).toBe("/me");
		await cameIn(model, real, which, browser);
	});

const connect = (which: Which, pick: number): Step =>
	seated(`connect ${which}`, pick, always, async (model, real, seat, browser) => {
		const end = await browser.signIn(real.people[which], { errorCallbackURL: "/oops" });
		const { owner } = model.dids[which];
		if (owner !== null && owner !== seat.user) {
			const error = "account_already_linked_to_different_user";
			expect([end.pathname, end.searchParams.get("error")]).toEqual(["/oops", error]);
			turnedAway(model, real, which);
			return;
		}
		expect(end.pathname).toBe("/me");
		await arrived(model, real, which, seat.user);
		seat.acts = which;
	});

/** Asks for more, for a DID of theirs; at the server, one person or the other says yes. */
const upgrade = (which: Which, approving: Which, pick: number): Step =>
	seated(
		`upgrade ${which}, approved by ${approving}`,
		pick,
		({ dids: { [which]: known } }, { user }) => known.owner === user && known.stored && !known.dead,
		async (model, real, _seat, browser) => {
			const known = model.dids[which];
			const before = known.scope ?? "";
			const { did } = real.people[which];
			const body = { did, scope: MORE, callbackURL: "/me", errorCallbackURL: "/oops" };
			const response = await browser.post("/bsky/upgrade", body);
			const { url } = (await response.json()) as { url: string };
			if (hasScope(before, MORE)) return expect(url).toBe(`${real.app.origin}/me`);
			// The page of one server knows nobody of the other.
			const account = real.people[approving];
			if (account.pds !== real.people[which].pds) {
				const back = await approve(url, { account: real.people[which], deny: true });
				const end = await browser.arrive(back);
				expect(end.searchParams.get("error")).toBe(
					which === 0 ? denial(model, real, "access_denied") : "access_denied",
				);
				return;
			}
			const end = await browser.arrive(await approve(url, { account }));
			expect(end.pathname).toBe("/me");
			await arrived(model, real, which, known.owner ?? -1);
			if (real.servers[which] === REFERENCE) {
				expect(hasScope(known.scope, `${before} ${MORE}`)).toBe(true);
			}
		},
	);

const switchTo = (which: Which, pick: number): Step =>
	seated(`switch to ${which}`, pick, always, async (model, real, seat, browser) => {
		const isTheirs = model.dids[which].owner === seat.user;
		const { status } = await browser.post("/bsky/switch", { did: real.people[which].did });
		expect(status).toBe(isTheirs ? 200 : 404);
		if (isTheirs) seat.acts = which;
	});

const unlink = (which: Which, pick: number): Step =>
	seated(
		`unlink ${which}`,
		pick,
		(model, { user }) => model.dids[which].owner === user,
		async (model, real, { user }, browser) => {
			const { did } = real.people[which];
			const [row] = real.app.rows("account").filter(({ accountId }) => accountId === did);
			const { status } = await browser.post("/unlink-account", { accountId: row?.id });
			expect(status).toBe(200);
			giveUp(model, real, which);
			Object.assign(model.dids[which], { owner: null, scope: null });
			const account = model.users.get(user) ?? { dids: [], primary: null };
			account.dids = account.dids.filter((each) => each !== which);
			if (account.primary === which) account.primary = account.dids[0] ?? null;
			for (const seat of model.seats) if (seat.acts === which) seat.acts = null;
		},
	);

const refresh = (pick: number): Step =>
	seated("refresh", pick, always, async (model, real, seat, browser) => {
		const which = actingAs(model, seat);
		if (which === null) {
			expect(await restore(browser)).toMatchObject({ active: false, did: null });
			return;
		}
		const known = model.dids[which];
		const { did } = real.people[which];
		if (known.stored) await expire(real.app, did);
		const alive = known.stored && !known.dead;
		expect(await restore(browser)).toMatchObject({ active: alive, did });
		if (known.stored && !alive) refused(model, real, which);
	});

/** As if a process had died between the server's answer and its write. */
const lostAnswer = (pick: number): Step =>
	seated(
		"the answer to a refresh is lost",
		pick,
		(model, seat) => {
			const which = actingAs(model, seat);
			const known = which === null ? undefined : model.dids[which];
			return Boolean(known?.stored && !known.dead);
		},
		async (model, real, seat, browser) => {
			const which = actingAs(model, seat);
			if (which === null) return;
			const { did } = real.people[which];
			const before = await readSession(real.context, did);
			await expire(real.app, did);
			await restore(browser);
			const after = await readSession(real.context, did);
			if (!before?.session || !after) throw new Error("no session");
			await writeRefreshed(real.context, after, before.session);
			await expire(real.app, did);
			const { works, live } = afterLostRefresh(real.servers[which]);
			expect(await restore(browser)).toMatchObject({ active: works, did });
			if (!works) refused(model, real, which, live);
		},
	);

const disconnect = (pick: number, which?: Which): Step =>
	seated(`disconnect ${which ?? "all"}`, pick, always, async (model, real, { user }, browser) => {
		const did = which === undefined ? undefined : real.people[which].did;
		await browser.post("/bsky/disconnect", { did });
		for (const each of DIDS) {
			const isMeant = which === undefined || which === each;
			if (isMeant && model.dids[each].owner === user) giveUp(model, real, each);
		}
	});

const signOut = (pick: number): Step =>
	seated("sign out", pick, always, async (model, real, seat, browser) => {
		await browser.post("/sign-out", {});
		real.browsers.splice(model.seats.indexOf(seat), 1);
		model.seats.splice(model.seats.indexOf(seat), 1);
		if (model.seats.some(({ user }) => user === seat.user)) return;
		for (const which of DIDS) {
			if (model.dids[which].owner === seat.user) giveUp(model, real, which);
		}
	});

const deleteUser = (pick: number): Step =>
	seated("delete the user", pick, always, async (model, real, { user }, browser) => {
		expect((await browser.post("/delete-user", {})).status).toBe(200);
		forgetUser(model, real, user);
	});

const endedAtServer = (which: Which): Step =>
	step(
		`end ${which} at its server`,
		({ dids }) => dids[which].stored,
		async ({ dids }, { people }) => {
			await endAtServer(people[which]);
			Object.assign(dids[which], { dead: true, stray: 0, named: 0 });
		},
	);

const twoAtOnce = step("two callbacks at once", always, async (model, real) => {
	const [person] = real.people;
	const arrivals: [Browser, () => Promise<URL>][] = [];
	for (const browser of [real.app.browser(), real.app.browser()]) {
		const url = await browser.begin(person.handle);
		const back = await approve(url, { account: person });
		arrivals.push([browser, () => browser.arrive(back)]);
	}
	const ends = await Promise.all(arrivals.map(([, arrive]) => arrive()));
	expect(ends.map((end) => end.pathname)).toEqual(["/me", "/me"]);
	for (const [browser] of arrivals) await cameIn(model, real, 0, browser);
});

const denied = step("deny", always, async (model, real) => {
	const end = await real.app.browser().signIn(real.people[0], {}, true);
	expect(end.searchParams.get("error")).toBe(denial(model, real, "access_denied"));
});

const hijacked = step("callback in another browser", always, async (model, real) => {
	const browser = real.app.browser();
	const [person] = real.people;
	const url = await browser.begin(person.handle);
	const back = await approve(url, { account: person, deny: true });
	const end = await real.app.browser().arrive(back);
	expect(end.searchParams.get("error")).toBe(denial(model, real, "state_not_found"));
	await browser.arrive(back);
});

const deletedByApp = step(
	"delete a user behind their back",
	({ dids }) => dids[0].owner !== null,
	async (model, real) => {
		const { did } = real.people[0];
		const [row] = real.app.rows("account").filter(({ accountId }) => accountId === did);
		await real.context.internalAdapter.deleteUser(String(row?.userId));
		forgetUser(model, real, model.dids[0].owner ?? -1);
	},
);

const downThenUp = (pick: number): Step =>
	seated(
		"disconnect while the server is down",
		pick,
		({ dids }, { user }) => dids[0].stored && dids[0].owner === user,
		async (model, real, { user }, browser) => {
			await network.pds.stop();
			await browser.post("/bsky/disconnect", {});
			await network.pds.start();
			real.app.database
				.prepare("update bskyRevocation set nextAttemptAt = '2020-01-01T00:00:00Z'")
				.run();
			await retryRevocations(real.bsky);
			for (const which of DIDS) if (model.dids[which].owner === user) giveUp(model, real, which);
		},
	);

const PICKS = [0, 1, 2] as const;
const forEach = <T>(all: readonly T[], make: (one: T) => Step): Step[] => all.map(make);

/** Everything that may happen. What it takes to be somebody comes more often. */
const STEPS: Step[] = [
	...DIDS.flatMap((which) => [
		...[signIn(which), signIn(which), signIn(which, NARROW), endedAtServer(which)],
		...forEach(PICKS, (pick) => connect(which, pick)),
		...forEach(PICKS, (pick) => switchTo(which, pick)),
		...forEach(PICKS, (pick) => unlink(which, pick)),
		...forEach(DIDS, (approving) => upgrade(which, approving, approving)),
		disconnect(0, which),
	]),
	...forEach(PICKS, refresh),
	...forEach(PICKS, signOut),
	...forEach(PICKS, lostAnswer),
	...[disconnect(1), deleteUser(0), deletedByApp, downThenUp(0), downThenUp(1)],
	...[twoAtOnce, denied, hijacked],
];

/** One life at a server. */
async function live(server: ServerKind, events: Iterable<Step>): Promise<void> {
	const app = await startApp(network, {
		plugin: {
			clientMetadata: { scope: DECLARED },
			signInScope: PLAIN,
			// Nobody asks for faces in between.
			profileCacheMaxAge: 0,
		},
		auth: {
			rateLimit: { enabled: false },
			user: { deleteUser: { enabled: true } },
			account: { accountLinking: { allowUnlinkingAll: true } },
		},
	});
	try {
		const context = (await app.auth.$context) as unknown as AuthContext;
		const real: Real = {
			servers: [server, REFERENCE],
			app,
			people: [await newPerson(network), await newPersonElsewhere()],
			browsers: [],
			context,
			bsky: new BskyPlugin(resolveOptions(pluginDefaults(network))).at(context),
		};
		await fc.asyncModelRun(() => ({ model: nobody(), real }), events);
	} finally {
		await app.close();
	}
}

/** Random lives. */
async function lives(server: ServerKind, numRuns: number): Promise<void> {
	const events = fc.commands(
		STEPS.map((one) => fc.constant(one)),
		{ maxCommands: 40, size: "max" },
	);
	const property = fc.asyncProperty(events, (commands) => live(server, commands));
	await fc.assert(property, { numRuns, endOnFailure: true });
}

test("any order of events keeps the invariants", () => lives(REFERENCE, RUNS), 900_000);

/** A life in which servers differ most. */
const EVENTFUL: Step[] = [
	...[signIn(0), refresh(0), refresh(0), denied, signIn(0, NARROW), upgrade(0, 0, 0)],
	...[connect(1, 0), switchTo(0, 0), upgrade(0, 1, 0), lostAnswer(0), signIn(0)],
	...[endedAtServer(0), refresh(0), connect(0, 0), unlink(1, 0), downThenUp(0), deleteUser(0)],
];

describe.each(SERVER_KINDS)("at a server like $name", (server) => {
	useServer(network, server);

	test("an eventful life keeps them, too", () => live(server, EVENTFUL), 60_000);

	test.skipIf(!AT_LENGTH)("so does any other", () => lives(server, 5), 300_000);
});
