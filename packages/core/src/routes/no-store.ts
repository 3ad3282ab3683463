import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { isOwnCallback } from "../base/own-callback.ts";
import { PATHS } from "../base/paths.ts";

const ABOUT_A_PERSON: ReadonlySet<string | undefined> = new Set([
	PATHS.signIn,
	PATHS.upgrade,
	PATHS.session,
	PATHS.restore,
	PATHS.accounts,
	PATHS.switch,
	PATHS.disconnect,
]);

/** What is said about a person is kept by no cache, their failures included. */
export const noStore: NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["after"]>[number] = {
	matcher: (context) => ABOUT_A_PERSON.has(context.path) || isOwnCallback(context),
	handler: createAuthMiddleware(async (ctx) => {
		ctx.setHeader("cache-control", "no-store");
	}),
};
