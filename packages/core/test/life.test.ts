import { type Account, approve } from "@better-auth-bsky/devnet";
import type { AuthContext } from "better-auth";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bsky, BskyPlugin } from "../src/bsky.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import { readSession } from "../src/stores/session-store.ts";
import { type App, expire, newPerson, pluginDefaults, startApp, useNetwork } from "./kit.ts";
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

/** What should be true, as far as a bystander knows. */
interface Model {
	/** Browsers with a session here. */
	signedIn: number;
	/** Whether a user with the account exists. */
	exists: boolean;
	/** Whether we hold a session of the person, alive or not. */
	stored: boolean;
	/** Whether the server ended it without our knowing, or without saying so in the protocol's words. */
	dead: boolean;
	/** Sign-ins whose end named none. */
	pending: number;
	/** Sessions that the server has, and that we have no newest token of. */
	stray: number;
	/** Those of them that a stored session still names: its token was used. */
	named: number;
}

const NOBODY: Model = {
	signedIn: 0,
	exists: false,
	stored: false,
	dead: false,
	pending: 0,
	stray: 0,
	named: 0,
};

interface Real {
	server: ServerKind;
	app: App;
	person: Account;
	browsers: ReturnType<App["browser"]>[];
	context: AuthContext;
	bsky: Bsky;
}

/** Nothing here or at the server contradicts the rest, whatever happened before. */
async function checkInvariants(model: Model, real: Real): Promise<void> {
	const { app, person, context } = real;
	await expect.poll(() => app.rows("bskyRevocation"), { timeout: 10_000 }).toEqual([]);
	const count = (table: string) => app.rows(table).length;
	expect([count("user"), count("account")]).toEqual(model.exists ? [1, 1] : [0, 0]);
	expect(count("session")).toBe(model.signedIn);
	expect(count("bskySession")).toBe(model.stored ? 1 : 0);
	expect(count("bskyState")).toBe(model.pending);
	const live = await network.liveTokens(person.did);
	const alive = model.stored && !model.dead;
	expect(live).toHaveLength((alive ? 1 : 0) + model.stray);
	if (!alive) return;
	const stored = await readSession(context, person.did);
	expect(stored?.session?.tokenSet.refresh_token).toBe(live.at(-1)?.currentRefreshToken);
	expect(stored?.lockedUntil).toBe(0);
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
const signedIn = (model: Model) => model.signedIn > 0;
const restore = async ({ browsers }: Real) =>
	(await (await browsers[0]?.post("/bsky/restore", {}))?.json()) as { active: boolean };

/** A session is given up. Where the server takes no revocations, it lives on there. */
function giveUp(model: Model, { server }: Real): void {
	const alive = model.stored && !model.dead;
	if (!server.habits.includes("no-revocation-endpoint")) model.stray -= model.named;
	else if (alive) model.stray++;
	Object.assign(model, { stored: false, dead: false, named: 0 });
}

/** A refresh was refused. What isn't `invalid_grant` doesn't say that the session has ended. */
function refused(model: Model, { server }: Real, live = 0): void {
	const stored = server.habits.includes("free-text-refusal");
	model.stray += live;
	model.named += stored ? live : 0;
	Object.assign(model, { stored, dead: stored });
}

/** What a person is told who cancels, by their own browser or another. */
function denial(model: Model, { server }: Real, otherwise: string): string {
	if (!server.habits.includes("cancel-without-state")) return otherwise;
	model.pending++;
	return "access_denied";
}

/** The server forgets the session, as when the person removes the app there. */
async function endAtServer({ person }: Real): Promise<void> {
	await network.pds.server.ctx.accountManager.db.db
		.deleteFrom("token")
		.where("did", "=", person.did as `did:plc:${string}`)
		.execute();
}

const steps: Record<string, Step> = {
	signIn: step("sign in", always, async (model, real) => {
		const browser = real.app.browser();
		expect((await browser.signIn(real.person)).pathname).toBe("/me");
		real.browsers.push(browser);
		giveUp(model, real);
		Object.assign(model, { exists: true, stored: true });
		model.signedIn++;
	}),
	twoAtOnce: step("two callbacks at once", always, async (model, real) => {
		const browsers = [real.app.browser(), real.app.browser()];
		const arrivals: (() => Promise<URL>)[] = [];
		for (const browser of browsers) {
			const url = await browser.begin(real.person.handle);
			const back = await approve(url, { account: real.person });
			arrivals.push(() => browser.arrive(back));
		}
		const ends = await Promise.all(arrivals.map((arrive) => arrive()));
		expect(ends.map((end) => end.pathname)).toEqual(["/me", "/me"]);
		real.browsers.push(...browsers);
		giveUp(model, real);
		Object.assign(model, { exists: true, stored: true });
		model.signedIn += 2;
	}),
	denied: step("deny", always, async (model, real) => {
		const end = await real.app.browser().signIn(real.person, {}, true);
		expect(end.searchParams.get("error")).toBe(denial(model, real, "access_denied"));
	}),
	hijacked: step("callback in another browser", always, async (model, real) => {
		const { app, person } = real;
		const browser = app.browser();
		const url = await browser.begin(person.handle);
		const back = await approve(url, { account: person, deny: true });
		const end = await app.browser().arrive(back);
		expect(end.searchParams.get("error")).toBe(denial(model, real, "state_not_found"));
		await browser.arrive(back);
	}),
	refresh: step("refresh", signedIn, async (model, real) => {
		if (model.stored) await expire(real.app, real.person.did);
		const alive = model.stored && !model.dead;
		expect(await restore(real)).toMatchObject({ active: alive });
		if (model.stored && !alive) refused(model, real);
	}),
	lostAnswer: step(
		"the answer to a refresh is lost",
		(model) => signedIn(model) && model.stored && !model.dead,
		async (model, real) => {
			// As if a process had died between the server's answer and its write.
			const { context, person, app } = real;
			const before = await readSession(context, person.did);
			await expire(app, person.did);
			await restore(real);
			const after = await readSession(context, person.did);
			if (!before?.session || !after) throw new Error("no session");
			const { writeRefreshed } = await import("../src/stores/session-store.ts");
			await writeRefreshed(context, after, before.session);
			await expire(app, person.did);
			const { works, live } = afterLostRefresh(real.server);
			expect(await restore(real)).toMatchObject({ active: works });
			if (!works) refused(model, real, live);
		},
	),
	endedAtServer: step(
		"end it at the server",
		(model) => model.stored,
		async (model, real) => {
			await endAtServer(real);
			Object.assign(model, { dead: true, stray: 0, named: 0 });
		},
	),
	disconnect: step("disconnect", signedIn, async (model, real) => {
		await real.browsers[0]?.post("/bsky/disconnect", {});
		giveUp(model, real);
	}),
	signOut: step("sign out", signedIn, async (model, real) => {
		await real.browsers.shift()?.post("/sign-out", {});
		model.signedIn--;
		if (model.signedIn === 0) giveUp(model, real);
	}),
	deleteUser: step("delete the user", signedIn, async (model, real) => {
		expect((await real.browsers[0]?.post("/delete-user", {}))?.status).toBe(200);
		real.browsers.splice(0);
		giveUp(model, real);
		Object.assign(model, { exists: false, signedIn: 0 });
	}),
	deletedByApp: step(
		"delete the user behind their back",
		(model) => model.exists,
		async (model, real) => {
			const [user] = real.app.rows("user");
			await real.context.internalAdapter.deleteUser(String(user?.id));
			real.browsers.splice(0);
			giveUp(model, real);
			Object.assign(model, { exists: false, signedIn: 0 });
		},
	),
	downThenUp: step(
		"disconnect while the server is down",
		(model) => signedIn(model) && model.stored,
		async (model, real) => {
			await network.pds.stop();
			await real.browsers[0]?.post("/bsky/disconnect", {});
			await network.pds.start();
			real.app.database
				.prepare("update bskyRevocation set nextAttemptAt = '2020-01-01T00:00:00Z'")
				.run();
			await retryRevocations(real.bsky);
			giveUp(model, real);
		},
	),
};

/** One life at a server. */
async function live(server: ServerKind, events: Iterable<Step>): Promise<void> {
	const app = await startApp(network, { auth: { user: { deleteUser: { enabled: true } } } });
	try {
		const context = (await app.auth.$context) as unknown as AuthContext;
		const real: Real = {
			server,
			app,
			person: await newPerson(network),
			browsers: [],
			context,
			bsky: new BskyPlugin(resolveOptions(pluginDefaults(network))).at(context),
		};
		await fc.asyncModelRun(() => ({ model: { ...NOBODY }, real }), events);
	} finally {
		await app.close();
	}
}

/** Random lives. */
async function lives(server: ServerKind, numRuns: number): Promise<void> {
	const events = fc.commands(
		// Most of life needs somebody who is signed in.
		[...Object.values(steps), ...Array(5).fill(steps.signIn)].map((one) => fc.constant(one)),
		{ maxCommands: 25, size: "max" },
	);
	const property = fc.asyncProperty(events, (commands) => live(server, commands));
	await fc.assert(property, { numRuns, endOnFailure: true });
}

test("any order of events keeps the invariants", () => lives(REFERENCE, RUNS), 300_000);

/** A life in which servers differ most. */
const EVENTFUL = [
	...["signIn", "refresh", "refresh", "denied", "signIn", "lostAnswer"],
	...["signIn", "endedAtServer", "refresh", "downThenUp", "deleteUser"],
].flatMap((name) => steps[name] ?? []);

describe.each(SERVER_KINDS)("at a server like $name", (server) => {
	useServer(network, server);

	test("an eventful life keeps them, too", () => live(server, EVENTFUL), 60_000);

	test.skipIf(!AT_LENGTH)("so does any other", () => lives(server, 5), 300_000);
});
