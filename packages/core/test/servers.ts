import { HABITS, type HabitName, type Network } from "@better-auth-bsky/devnet";
import { afterAll, beforeAll } from "vitest";

/** A server by its habits. */
export interface ServerKind {
	name: string;
	habits: readonly HabitName[];
}

export const REFERENCE: ServerKind = { name: "the reference server", habits: [] };

/** Servers that people sign in at, and one of those that the protocol allows. */
export const SERVERS: readonly ServerKind[] = [
	{ name: "bsky.social", habits: ["older-access-tokens-live"] },
	{
		name: "cirrus",
		habits: [
			"newest-access-token-only",
			"opaque-access-tokens",
			"reuse-tolerated",
			"no-nonce",
			"no-revocation-endpoint",
			"code-revokes-nothing",
			"first-redirect-uri-only",
			"unknown-scope-refused",
		],
	},
	{
		name: "cocoon",
		habits: [
			"newest-access-token-only",
			"reuse-tolerated",
			"free-text-refusal",
			"empty-revocation-answer",
			"code-revokes-nothing",
			"short-lived-proofs",
		],
	},
	{
		name: "personal-pds",
		habits: [
			"older-access-tokens-live",
			"reuse-tolerated",
			"no-nonce",
			"no-revocation-endpoint",
			"error-and-message",
			"extra-token-fields",
			"cancel-without-state",
			"no-appview-forwarding",
			"wider-scope",
		],
	},
	{
		name: "tranquil",
		habits: [
			"older-access-tokens-live",
			"short-lived-access-tokens",
			"refresh-grace-period",
			"empty-revocation-answer",
			"code-revokes-nothing",
		],
	},
	{
		name: "another one that keeps to the letter",
		habits: [
			"no-refresh-rotation",
			"no-expires-in",
			"new-nonce-each-answer",
			"par-200",
			"large-access-tokens",
			"reordered-scope",
			"refusal-without-description",
		],
	},
];

/** Nobody can sign in there: a client has to know what it was granted. */
const UNUSABLE: readonly HabitName[] = ["missing-scope"];

const single = HABITS.filter((name) => !UNUSABLE.includes(name)).map(
	(name): ServerKind => ({ name, habits: [name] }),
);

/** What runs at each of them: `HABITS_AT_LENGTH=1` adds every habit by itself. */
const atLength = process.env.HABITS_AT_LENGTH;
export const AT_LENGTH = Boolean(atLength);
export const SERVER_KINDS: readonly ServerKind[] = AT_LENGTH ? [...SERVERS, ...single] : SERVERS;

/** Gives a network's server its habits for the tests of a `describe`. */
export function useServer(network: Network, { habits }: ServerKind): void {
	let undo = () => {};
	beforeAll(() => {
		undo = network.pds.behave(...habits);
	});
	afterAll(() => undo());
}

/** What is left of a session whose refresh token was used, and what that brought was lost. */
export function afterLostRefresh({ habits }: ServerKind): {
	/** Whether the same token brings new ones again. */
	works: boolean;
	/** Whether the server says `invalid_grant`, on which alone we forget a session. */
	forgotten: boolean;
	/** How many sessions the server has. */
	live: number;
} {
	const works = habits.includes("no-refresh-rotation") || habits.includes("refresh-grace-period");
	const forgotten = !works && !habits.includes("free-text-refusal");
	return { works, forgotten, live: works || habits.includes("reuse-tolerated") ? 1 : 0 };
}

/** What a server ends when it is asked to: a session by its refresh token, by the code that brought it. */
export function revocable({ habits }: ServerKind): Record<"byToken" | "byCode", boolean> {
	const byToken = !habits.includes("no-revocation-endpoint");
	return { byToken, byCode: byToken && !habits.includes("code-revokes-nothing") };
}

/** A row of a table of tests. */
interface Row {
	title: string;
	/** Whether it takes seconds in which nothing is done. */
	slow?: boolean | undefined;
	/** Whether servers differ in it as nowhere else. */
	telling?: boolean;
}

/** At how many single habits a row runs, where they share them. */
const HABITS_A_ROW = 3;

/** Whether it is a row's turn at a server, where each row runs at length. */
function isTurn({ slow }: Row, index: number, server: ServerKind): boolean {
	const habit = single.indexOf(server);
	if (habit < 0) return true;
	if (atLength === "all") return !slow;
	const distance = habit - index * HABITS_A_ROW;
	return ((distance % single.length) + single.length) % single.length < (slow ? 1 : HABITS_A_ROW);
}

/**
 * A table of tests over the reference server and every {@link SERVER_KINDS}. Each row runs at one of
 * those that have it, in turn, and the telling ones at each. With `HABITS_AT_LENGTH=1` every row runs
 * at each server, and the single habits share them; with `all`, which takes hours, they do not.
 *
 * @param rowsAt the rows, while the network's server behaves so
 */
export async function overServers<T extends Row>(network: Network, rowsAt: () => Promise<T[]>) {
	const tables: { server: ServerKind; rows: T[] }[] = [];
	for (const server of [REFERENCE, ...SERVER_KINDS]) {
		using _habits = network.pds.behave(...server.habits);
		tables.push({ server, rows: await rowsAt() });
	}
	const titles = [...new Set(tables.flatMap(({ rows }) => rows.map(({ title }) => title)))];
	const places = new Map(
		titles.map((title, index) => {
			const all = tables.filter(({ rows }) => rows.some((row) => row.title === title));
			// One further with each round, so that no step of a flow meets the same server again.
			const turn = index + Math.floor(index / all.length);
			return [title, all[turn % all.length]?.server];
		}),
	);
	return tables.map(({ server, rows }) => ({
		server,
		name: server.name,
		rows: rows
			.filter((row) => {
				const isHere = places.get(row.title) === server;
				return (
					row.telling || isHere || (AT_LENGTH && isTurn(row, titles.indexOf(row.title), server))
				);
			})
			// Others use the time that these wait.
			.sort((a, b) => Number(b.slow ?? false) - Number(a.slow ?? false)),
	}));
}
