import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { PATHS } from "../base/paths.ts";

const ABOUT_A_PERSON: ReadonlySet<string | undefined> = new Set([
	PATHS.signIn,
	PATHS.callback,
	PATHS.session,
	PATHS.restore,
	PATHS.disconnect,
]);

/** What is said about a person is kept by no cache, their failures included. */
export const noStore: NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["after"]>[number] = {
	matcher: ({ path }) => ABOUT_A_PERSON.has(path),
	handler: createAuthMiddleware(async (ctx) => {
		ctx.setHeader("cache-control", "no-store");
	}),
};
