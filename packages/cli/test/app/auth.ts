import { DatabaseSync } from "node:sqlite";
import { atprotoAuth } from "@better-auth-bsky/core";
import { betterAuth } from "better-auth";

const { BSKY_PRIVATE_KEY, BSKY_NEXT_PRIVATE_KEY, BSKY_OLD_PRIVATE_KEY } = process.env;
const { DATABASE = ":memory:", AUTH = "{}", BSKY = "{}" } = process.env;

/** An app as its developer has it; the tests say the rest of its options by environment. */
export const auth = betterAuth({
	baseURL: process.env.BETTER_AUTH_URL,
	database: new DatabaseSync(DATABASE),
	...JSON.parse(AUTH),
	plugins: [
		atprotoAuth({
			privateKey: [BSKY_PRIVATE_KEY, BSKY_NEXT_PRIVATE_KEY, BSKY_OLD_PRIVATE_KEY],
			clientMetadata: { clientName: "Shop" },
			...JSON.parse(BSKY),
		}),
	],
});
