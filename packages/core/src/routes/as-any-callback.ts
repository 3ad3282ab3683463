import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { AS_ANY_CALLBACK } from "../base/own-callback.ts";
import { PATHS } from "../base/paths.ts";

/**
 * Plugins and apps tell a sign-in that comes back by the path of better-auth's own callback. From here
 * on the request has it: for the endpoint, the database hooks, and all hooks after it.
 */
export const asAnyCallback: NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["before"]>[number] =
	{
		matcher: ({ path }) => path === PATHS.callback,
		handler: createAuthMiddleware(async () => ({ context: AS_ANY_CALLBACK })),
	};
