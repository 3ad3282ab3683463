import { describe, expect, test, vi } from "vitest";
import {
	cases,
	expectConsistent,
	expectNoLeak,
	expectNothingStrayed,
	type Instance,
	ledger,
	stored,
	useFaultLab,
} from "./faults-kit.ts";
import { LOST, type Step } from "./faults-wire.ts";
import { expire } from "./kit.ts";
import { afterLostRefresh, overServers, useServer } from "./servers.ts";

vi.mock(import("../src/base/fetch.ts"), async (original) =>
	(await import("./faults-kit.ts")).impatient(original),
);

const lab = await useFaultLab();

async function signedIn() {
	const front = await lab.open();
	const person = await lab.newPerson();
	await front.browser.signIn(person);
	return { front, person };
}

/** People who are signed in and in no test now; another server's habits don't matter to a refresh token. */
const idle: Person[] = [];

type Person = Awaited<ReturnType<typeof signedIn>>;

/** The app in a new process, where the person's access token has ended. */
async function expired({ front, person }: Person) {
	await expire(front.app, person.did);
	return lab.reopen(front);
}

async function restore(instance: Instance): Promise<Record<string, unknown>> {
	const response = await instance.browser.post("/bsky/restore", {});
	return answerOf(instance, response);
}

async function session(instance: Instance): Promise<Record<string, unknown>> {
	return answerOf(instance, await instance.browser.get("/bsky/session"));
}

async function answerOf(instance: Instance, response: Response) {
	const text = await response.text();
	expect(response.status).toBe(200);
	// The avatar is a picture at the person's own server, which is on loopback here.
	expectNoLeak(instance, text.replace(/"(avatar|banner)":"[^"]*"/g, ""));
	return JSON.parse(text) as Record<string, unknown>;
}

async function recorded(ask: (instance: Instance) => Promise<Record<string, unknown>>) {
	const who = idle.pop() ?? (await signedIn());
	const instance = await expired(who);
	expect(await ask(instance)).toMatchObject({ active: true });
	await instance.app.close();
	idle.push(who);
	return instance.wire.steps;
}

const ONE = { user: 1, account: 1, session: 1, bskySession: 1, bskyState: 0 };
const LOST_FOR_GOOD = { active: false, reason: "session_expired" };

const tables = await overServers(lab.network, async () => [
	...flow("restore,", restore, await recorded(restore)),
	// What a session asks for beyond a restore is its profile.
	...flow("session,", session, await recorded(session)).filter(({ step }) =>
		step.label.includes("/xrpc/"),
	),
]);

function flow(title: string, ask: typeof restore, steps: readonly Step[]) {
	const token = steps.findLast(({ label }) => label === "POST /oauth/token");
	return cases(title, steps).map((one) => {
		const brings = one.step === token;
		// What a server makes of a token that was used.
		return { ...one, ask, brings, telling: brings && one.fault === LOST };
	});
}

describe.each(tables)("at a server like $name", ({ server, rows }) => {
	useServer(lab.network, server);

	test.concurrent.each(rows)("$title", async ({ step, fault, ask, brings }) => {
		const who = idle.pop() ?? (await signedIn());
		const { did } = who.person;
		const instance = await expired(who);
		const { app, wire } = instance;
		wire.arm(step, fault);
		// A passing fault ends no session, as far as anybody can tell.
		expect(await ask(instance)).toMatchObject({ active: true, did });
		expect(wire.hits).toBe(1);
		expectNothingStrayed(instance);
		expect(ledger(app)).toEqual(ONE);
		await expectConsistent(app);
		expect(await lab.live(did)).toHaveLength(1);

		await wire.heal();
		// The refresh token was used, and what it brought is lost: most servers end such a session.
		const { works, forgotten, live } = afterLostRefresh(server);
		const isLost = brings && (fault.acted || fault.does === "late") && !works;
		expect(await restore(instance)).toMatchObject(isLost ? LOST_FOR_GOOD : { active: true });
		expect(ledger(app)).toEqual({ ...ONE, bskySession: isLost && forgotten ? 0 : 1 });
		await expectConsistent(app);
		const tokens = (await lab.live(did)).map((token) => token.currentRefreshToken);
		expect(tokens).toHaveLength(isLost ? live : 1);
		const kept = (await stored(app, did))?.session?.tokenSet.refresh_token;
		if (!isLost) expect(tokens).toEqual([kept]);
		expect(app.rows("bskyRevocation")).toEqual([]);
		await app.close();
		// Not reached where the test failed: nobody inherits what it left.
		if (!isLost) idle.push(who);
	});
});
