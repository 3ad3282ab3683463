import { type Account, approve } from "@better-auth-bsky/devnet";
import { expect, test, vi } from "vitest";
import {
	cases,
	expectConsistent,
	expectNoLeak,
	expectNothingStrayed,
	expectSentence,
	type Instance,
	ledger,
	NOTHING,
	ROUNDS,
	stored,
	useFaultLab,
} from "./faults-kit.ts";
import { FAULTS, LOST, REFUSED } from "./faults-wire.ts";

vi.mock(import("../src/base/fetch.ts"), async (original) =>
	(await import("./faults-kit.ts")).impatient(original),
);

const lab = await useFaultLab();

/** Somebody who has approved, and the app that they come back to, which has just started. */
async function approved(front: Instance, person: Account) {
	const browser = front.app.browser();
	const url = await browser.begin(person.handle, { errorCallbackURL: "/oops" });
	const back = await approve(url, { account: person });
	const instance = await lab.reopen({ app: front.app, browser });
	return { instance, back };
}

/** People who came to nothing, with their empty apps. */
const idle: { front: Instance; person: Account }[] = [];

async function newcomer() {
	const front = await lab.open();
	const person = await lab.newPerson();
	return { front, person };
}

async function returning() {
	const { front, person } = await newcomer();
	await front.browser.signIn(person);
	return { front, person };
}

/** The requests of a callback in which nothing fails. */
async function recorded({ front, person }: Awaited<ReturnType<typeof newcomer>>) {
	const { instance, back } = await approved(front, person);
	await instance.browser.arrive(back);
	await vi.waitFor(async () => expect(await lab.live(person.did)).toHaveLength(1));
	return instance.wire.steps;
}

/** Where the person ended: signed in, or at the app's error page with a sentence. */
function succeeded(instance: Instance, end: URL): boolean {
	if (end.pathname === "/me") return true;
	expect(end.pathname).toBe("/oops");
	const { error, error_description } = Object.fromEntries(end.searchParams);
	expect(["server_unreachable", "server_refused", "server_unsupported"]).toContain(error);
	expectSentence(error, error_description);
	expectNoLeak(instance, end.search);
	return false;
}

/** Waits for what goes on in the background: revoked, or in the queue. */
async function settled({ app }: Instance, did: string, kept = 0) {
	await vi.waitFor(async () => {
		const live = (await lab.live(did)).length;
		expect(live).toBeLessThanOrEqual(kept + app.rows("bskyRevocation").length);
	});
}

const ONE = { user: 1, account: 1, session: 1, bskySession: 1, bskyState: 0 };

for (const lasting of [false, true]) {
	const faults = lasting && !ROUNDS ? [REFUSED, LOST] : FAULTS;
	// One request alone fails, or everything from that one on.
	const flow = lasting ? "first callback, all from" : "first callback,";
	for (const { title, step, fault } of cases(flow, await recorded(await newcomer()), faults)) {
		test.concurrent(title, async () => {
			const { front, person } = idle.pop() ?? (await newcomer());
			const { instance, back } = await approved(front, person);
			const { app, browser, wire } = instance;
			wire.arm(step, fault, lasting);
			const end = await browser.arrive(back);
			expect(wire.hits).toBeGreaterThan(0);
			const success = succeeded(instance, end);
			expect(ledger(app)).toEqual(success ? ONE : NOTHING);
			await expectConsistent(app);
			expectNothingStrayed(instance);
			await wire.heal();
			await settled(instance, person.did, success ? 1 : 0);
			await lab.retry(instance);
			const live = await lab.live(person.did);
			const tokens = (await stored(app, person.did))?.session?.tokenSet;
			expect(live.map((token) => token.currentRefreshToken)).toEqual(
				success ? [tokens?.refresh_token] : [],
			);
			await app.close();
			// Not reached where the test failed: nobody inherits what it left.
			if (!success) idle.push({ front, person });
		});
	}
}

for (const { title, step, fault } of cases(
	"callback of a returning person,",
	await recorded(await returning()),
	ROUNDS ? FAULTS : [REFUSED, LOST],
)) {
	test.concurrent(title, async () => {
		const { front, person } = await returning();
		const [before] = await lab.live(person.did);
		const row = front.app.rows("bskySession");
		const user = front.app.rows("user");
		const { instance, back } = await approved(front, person);
		const { app, browser, wire } = instance;
		wire.arm(step, fault);
		const success = succeeded(instance, await browser.arrive(back));
		await vi.waitFor(() => expect(wire.hits).toBe(1));
		expect(ledger(app)).toEqual({ ...ONE, session: success ? 2 : 1 });
		await expectConsistent(app);
		await wire.heal();
		await settled(instance, person.did, 1);
		await lab.retry(instance);
		const live = await lab.live(person.did);
		const tokens = (await stored(app, person.did))?.session?.tokenSet;
		expect(live.map((token) => token.currentRefreshToken)).toEqual([tokens?.refresh_token]);
		if (!success) {
			expect(live).toEqual([before]);
			expect(app.rows("bskySession")).toEqual(row);
			expect(app.rows("user")).toEqual(user);
		}
		await app.close();
		await front.app.close();
	});
}
