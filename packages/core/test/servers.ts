import { HABITS, type HabitName, type Network } from "@better-auth-bsky/devnet";
import { afterAll, beforeAll } from "vitest";

/** A server by its habits. */
export interface ServerKind {
	name: string;
	habits: readonly HabitName[];
}

/** Servers that people sign in at, and one of those that the protocol allows. */
const SERVERS: readonly ServerKind[] = [
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
export const AT_LENGTH = Boolean(process.env.HABITS_AT_LENGTH);
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
