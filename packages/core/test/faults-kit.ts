import { format } from "node:util";
import type { Account, Network } from "@better-auth-bsky/devnet";
import type { AuthContext } from "better-auth";
import { afterAll, expect } from "vitest";
import { BSKY_ERROR_CODES } from "../src/base/api-error.ts";
import type { FetchOptions } from "../src/base/fetch.ts";
import { BskyPlugin } from "../src/bsky.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import { readSession } from "../src/stores/session-store.ts";
import { FaultServer } from "./faults-server.ts";
import { FAULTS, type Fault, type Step, Wire } from "./faults-wire.ts";
import {
	type App,
	type AppOptions,
	newPerson,
	pluginDefaults,
	startApp,
	useNetwork,
} from "./kit.ts";

/** `FAULT_ROUNDS=3` runs everything three times, and what is left out by default too. */
export const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 0);

/** The plugin's time limit in these tests, in milliseconds; see {@link impatient}. */
const TIMEOUT = 2500;

/**
 * For `vi.mock` of `base/fetch.ts`: the same limits, but a silent server on a {@link Wire} is given up
 * sooner.
 */
export async function impatient(original: () => Promise<typeof import("../src/base/fetch.ts")>) {
	const { limitedFetch } = await original();
	return {
		limitedFetch: (options: FetchOptions) =>
			limitedFetch({ ...options, ...(options.fetch && { timeout: TIMEOUT }) }),
	};
}

type Browser = ReturnType<App["browser"]>;

export interface Instance {
	app: App;
	browser: Browser;
	wire: Wire;
	/** What the app wrote to its log, stacks of errors included. */
	log: string[];
}

export interface Case {
	title: string;
	step: Step;
	fault: Fault;
	slow: boolean | undefined;
}

/** A server full of faults, and apps between it and a local network. */
export class FaultLab {
	readonly network: Network;
	readonly #faults: FaultServer;
	readonly #apps: App[] = [];

	constructor(network: Network, faults: FaultServer) {
		this.network = network;
		this.#faults = faults;
	}

	async close(): Promise<void> {
		await Promise.all(this.#apps.map((app) => app.close()));
		await this.#faults.close();
	}

	/** An app with an empty database and a plugin that has asked nobody yet. */
	async open(options: AppOptions = {}): Promise<Instance> {
		const wire = new Wire(this.network, this.#faults);
		const log: string[] = [];
		const app = await startApp(this.network, {
			...options,
			plugin: { fetch: wire.fetch, profileCacheMaxAge: 0, ...options.plugin },
			auth: {
				logger: { log: (level, ...rest) => log.push(format(level, ...rest)) },
				...options.auth,
			},
		});
		this.#apps.push(app);
		return { app, wire, log, browser: app.browser() };
	}

	/** The same app in a new process: the database and the browser's cookies, and nothing cached. */
	async reopen({ app, browser }: Pick<Instance, "app" | "browser">): Promise<Instance> {
		const again = await this.open({ baseURL: app.origin, auth: { database: app.database } });
		for (const [name, value] of browser.cookies) again.browser.setCookie(name, value);
		return { ...again, app: { ...again.app, database: app.database, rows: app.rows } };
	}

	newPerson(): Promise<Account> {
		return newPerson(this.network);
	}

	live(did: string) {
		return this.network.liveTokens(did);
	}

	/** One round of retries an hour later, while the network is healthy; then all is clean. */
	async retry({ app }: Instance): Promise<void> {
		const context = (await app.auth.$context) as unknown as AuthContext;
		const bsky = new BskyPlugin(resolveOptions(pluginDefaults(this.network))).at(context);
		await retryRevocations(bsky, Date.now() + 60 * 60 * 1000);
		expect(app.rows("bskyRevocation")).toEqual([]);
	}
}

/** The lab of a test file, closed after its last test. */
export async function useFaultLab(): Promise<FaultLab> {
	const lab = new FaultLab(await useNetwork(), await FaultServer.start());
	afterAll(() => lab.close());
	return lab;
}

/** Every fault at every step, with a readable name. */
export function cases(flow: string, steps: readonly Step[], faults = FAULTS): Case[] {
	return Array.from({ length: ROUNDS || 1 }).flatMap((_, round) =>
		faults.flatMap((fault) =>
			steps.map((step) => {
				const again = step.nth > 1 ? `, time ${step.nth}` : "";
				const title = `${flow} ${step.label}${again} ${fault.name}`;
				const { slow } = fault;
				return { step, fault, slow, title: round > 0 ? `${title} #${round + 1}` : title };
			}),
		),
	);
}

/** How many rows each table has. */
export function ledger(app: App) {
	const count = (table: string) => app.rows(table).length;
	return {
		user: count("user"),
		account: count("account"),
		session: count("session"),
		bskySession: count("bskySession"),
		bskyState: count("bskyState"),
	};
}

export const NOTHING = { user: 0, account: 0, session: 0, bskySession: 0, bskyState: 0 };

/** The stored session of a DID, opened. */
export async function stored(app: App, did: string) {
	return readSession((await app.auth.$context) as unknown as AuthContext, did);
}

/** No row of any table stands alone or contradicts another, and no lock is held. */
export async function expectConsistent(app: App): Promise<void> {
	const ids = new Set(app.rows("user").map(({ id }) => id));
	const accounts = app.rows("account");
	const owners = new Map(accounts.map(({ accountId, userId }) => [accountId, userId]));
	for (const { userId } of [...accounts, ...app.rows("session")]) {
		expect(ids).toContain(userId);
	}
	for (const { id, bskyDid } of app.rows("user")) expect(owners.get(bskyDid)).toBe(id);
	expect(owners.size).toBe(accounts.length);
	for (const { did, userId, lockedUntil } of app.rows("bskySession")) {
		expect(owners.get(did)).toBe(userId);
		expect(lockedUntil).toBe(0);
		expect((await stored(app, String(did)))?.session?.tokenSet.sub).toBe(did);
	}
}

/** What no person and no log may see: where things are in the app or the network. */
const INTERNALS =
	/127\.0\.0\.1|localhost:\d|node_modules|file:\/\/|^\s+at |\/srv\/|ECONN|fetch failed/m;

/** A sentence from the list, and nothing of what went wrong inside. */
export function expectSentence(code: unknown, message: unknown): void {
	const known = Object.values(BSKY_ERROR_CODES).find(
		(error) => error.code.toLowerCase() === String(code).toLowerCase(),
	);
	expect(known, String(code)).toBeDefined();
	expect(message).toBe(known?.message);
}

export function expectNoLeak(instance: Instance, answer = ""): void {
	expect(answer).not.toMatch(INTERNALS);
	const log = instance.log.join("\n");
	// An operator must read which server failed; but no trace, path of the app, or secret.
	expect(log).not.toMatch(/^\s+at |node_modules|file:\/\/|alert\(1\)/m);
	expect(Math.max(0, ...instance.log.map((line) => line.length))).toBeLessThan(5000);
	for (const secret of instance.wire.secrets) {
		expect(log.includes(secret), `${secret.slice(0, 8)}… in the log`).toBe(false);
		expect(answer.includes(secret), `${secret.slice(0, 8)}… in an answer`).toBe(false);
	}
}

/** A redirect takes no POST along, and nothing that proves who one is. */
export function expectNothingStrayed({ wire }: Instance): void {
	for (const { method, headers, body } of wire.strayed) {
		expect(method).toBe("GET");
		expect(body).toBe("");
		expect(headers).not.toHaveProperty("authorization");
		expect(headers).not.toHaveProperty("cookie");
		for (const secret of wire.secrets) {
			if (secret === headers.dpop) continue; // Names the server it is for; useless without a token.
			expect(JSON.stringify(headers)).not.toContain(secret);
		}
	}
}
