import { type Account, approve } from "@better-auth-bsky/devnet";
import { describe, expect, test, vi } from "vitest";
import {
	type Case,
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
import { FAULTS, type Fault, LOST, REFUSED, type Step } from "./faults-wire.ts";
import { overServers, revocable, useServer } from "./servers.ts";

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
const idle: Awaited<ReturnType<typeof newcomer>>[] = [];

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

/** The requests of somebody's first two callbacks in which nothing fails. */
async function recorded() {
	const { front, person } = await newcomer();
	const callback = async () => {
		const { instance, back } = await approved(front, person);
		await instance.browser.arrive(back);
		await vi.waitFor(() => expect(front.app.rows("bskyRevocation")).toEqual([]), 15_000);
		return instance.wire.steps;
	};
	return { first: await callback(), second: await callback() };
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

const TOKEN = "POST /oauth/token";
const FEW = [REFUSED, LOST];

/** Every fault at every request; one request alone fails, or everything from that one on. */
async function rows() {
	const { first, second } = await recorded();
	return [
		...flow("first callback,", "newcomer", first, FAULTS),
		...flow("first callback, all from", "newcomer", first, ROUNDS ? FAULTS : FEW, true),
		...flow("callback of a returning person,", "returning", second, ROUNDS ? FAULTS : FEW),
	];
}

function flow(
	title: string,
	who: "newcomer" | "returning",
	steps: readonly Step[],
	faults: readonly Fault[],
	lasting = false,
) {
	// What becomes of tokens that nobody got, and of those that came to nothing.
	const [token, next] = steps.slice(steps.findLastIndex(({ label }) => label === TOKEN));
	const isTelling = ({ step, fault }: Case) =>
		lasting ? step === next && fault === REFUSED : step === token && fault === LOST;
	return cases(title, steps, faults).map((one) => ({
		...one,
		who,
		lasting,
		telling: who === "newcomer" && isTelling(one),
	}));
}

const ONE = { user: 1, account: 1, session: 1, bskySession: 1, bskyState: 0 };

describe.each(await overServers(lab.network, rows))(
	"at a server like $name",
	({ server, rows }) => {
		useServer(lab.network, server);

		const { byToken, byCode } = revocable(server);
		test.concurrent.each(rows)("$title", async ({ step, fault, who, lasting }) => {
			const isReturning = who === "returning";
			const { front, person } = isReturning
				? await returning()
				: (idle.pop() ?? (await newcomer()));
			const [before] = await lab.live(person.did);
			const session = front.app.rows("bskySession");
			const user = front.app.rows("user");
			const { instance, back } = await approved(front, person);
			const { app, browser, wire } = instance;
			wire.arm(step, fault, lasting);
			const success = succeeded(instance, await browser.arrive(back));
			await vi.waitFor(() => expect(wire.hits).toBeGreaterThan(0), 15_000);
			const held = isReturning || success;
			const sessions = Number(isReturning) + Number(success);
			expect(ledger(app)).toEqual(held ? { ...ONE, session: sessions } : NOTHING);
			await expectConsistent(app);
			expectNothingStrayed(instance);
			await wire.heal();

			const isLost = step.label === TOKEN && (fault.acted || fault.does === "late");
			// A server that ends nothing when it is asked to keeps what was given up.
			const strays = [
				...(byToken || !success ? [] : front.wire.given),
				...((isLost ? byCode : byToken) || success ? [] : wire.given),
			];
			const live = async () =>
				(await lab.live(person.did)).map((token) => token.currentRefreshToken);
			// In the background: revoked, or in the queue.
			await vi.waitFor(async () => {
				const waiting = app.rows("bskyRevocation").length;
				expect((await live()).length).toBeLessThanOrEqual(Number(held) + strays.length + waiting);
			}, 15_000);
			await lab.retry(instance);
			const token = (await stored(app, person.did))?.session?.tokenSet.refresh_token;
			expect(token).toBe(success ? wire.given.at(-1) : before?.currentRefreshToken);
			const kept = held ? [token] : [];
			expect(await live()).toEqual(success ? [...strays, ...kept] : [...kept, ...strays]);
			if (isReturning && !success) {
				expect((await lab.live(person.did))[0]).toEqual(before);
				expect(app.rows("bskySession")).toEqual(session);
				expect(app.rows("user")).toEqual(user);
			}
			await app.close();
			// Not reached where the test failed: nobody inherits what it left.
			if (isReturning) await front.app.close();
			else if (!success && strays.length === 0) idle.push({ front, person });
		});
	},
);

test("tokens that nobody can use are revoked, where the code revokes nothing", async () => {
	using _habits = lab.network.pds.behave("missing-scope", "code-revokes-nothing");
	const { app, browser, wire } = await lab.open();
	const person = await lab.newPerson();
	const end = await browser.signIn(person, { errorCallbackURL: "/oops" });
	expect(end.searchParams.get("error")).toBe("server_unsupported");
	expect(wire.given).toHaveLength(1);
	await vi.waitFor(async () => expect(await lab.live(person.did)).toEqual([]), 15_000);
	await vi.waitFor(() => expect(app.rows("bskyRevocation")).toEqual([]), 15_000);
	await app.close();
});
