import { expect, test, vi } from "vitest";
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
import { expire } from "./kit.ts";

vi.mock(import("../src/base/fetch.ts"), async (original) =>
	(await import("./faults-kit.ts")).impatient(original),
);

const lab = await useFaultLab();

/** People who are signed in and in no test now. */
const idle: Awaited<ReturnType<typeof signedIn>>[] = [];

async function signedIn() {
	const front = await lab.open();
	const person = await lab.newPerson();
	await front.browser.signIn(person);
	return { front, person };
}

/** A person whose access token has ended, and the app, which has just started. */
async function expired() {
	const signedInPerson = idle.pop() ?? (await signedIn());
	const { front, person } = signedInPerson;
	await expire(front.app, person.did);
	const instance = await lab.reopen(front);
	/** Not called where the test failed: nobody inherits what it left. */
	const close = async (alive: boolean) => {
		await instance.app.close();
		if (alive) idle.push(signedInPerson);
	};
	return { instance, person, close };
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
	const { instance, close } = await expired();
	expect(await ask(instance)).toMatchObject({ active: true });
	await close(true);
	return instance.wire.steps;
}

const ONE = { user: 1, account: 1, session: 1, bskySession: 1, bskyState: 0 };
const LOST_FOR_GOOD = { active: false, reason: "session_expired" };

const flows = [
	{ flow: "restore,", ask: restore, steps: await recorded(restore) },
	{ flow: "session,", ask: session, steps: await recorded(session) },
];

for (const { flow, ask, steps } of flows) {
	// What a session asks for beyond a restore is its profile.
	const beyond =
		flow === "restore," ? steps : steps.filter(({ label }) => label.includes("/xrpc/"));
	const token = steps.filter(({ label }) => label === "POST /oauth/token").at(-1);
	for (const { title, step, fault } of cases(flow, beyond)) {
		test.concurrent(title, async () => {
			const { instance, person, close } = await expired();
			const { app, wire } = instance;
			wire.arm(step, fault);
			// A passing fault ends no session, as far as anybody can tell.
			expect(await ask(instance)).toMatchObject({ active: true, did: person.did });
			expect(wire.hits).toBe(1);
			expectNothingStrayed(instance);
			expect(ledger(app)).toEqual(ONE);
			await expectConsistent(app);
			expect(await lab.live(person.did)).toHaveLength(1);

			await wire.heal();
			// The refresh token was used, and what it brought is lost: the server ends such a session.
			const acted = fault.acted || fault.does === "late";
			const lost = acted && step.label === token?.label && step.nth === token.nth;
			const after = await restore(instance);
			expect(after).toMatchObject(lost ? LOST_FOR_GOOD : { active: true });
			expect(ledger(app)).toEqual({ ...ONE, bskySession: lost ? 0 : 1 });
			await expectConsistent(app);
			const tokens = (await stored(app, person.did))?.session?.tokenSet;
			const live = await lab.live(person.did);
			expect(live.map((token) => token.currentRefreshToken)).toEqual(
				lost ? [] : [tokens?.refresh_token],
			);
			expect(app.rows("bskyRevocation")).toEqual([]);
			await close(!lost);
		});
	}
}
