import { createAuthEndpoint } from "better-auth/api";
import { switchTo } from "../accounts/current.ts";
import { apiError } from "../base/api-error.ts";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { mayAct } from "../sessions/may-act.ts";
import { certainlySignedIn, renewCachedSession } from "./cached-session.ts";
import { doChores } from "./chores.ts";
import { namedDid } from "./did-input.ts";
import { notBanned } from "./not-banned.ts";
import { answers, object, text } from "./openapi.ts";
import { unauthorized } from "./unauthorized.ts";

/**
 * Has this better-auth session act as another DID of its user. Their other sessions go on as they were.
 * One that isn't theirs is NOT_LINKED, as one that nobody has.
 */
export const switchBsky = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.switch,
		{
			method: "POST",
			body: namedDid,
			requireHeaders: true,
			use: [certainlySignedIn],
			metadata: {
				openapi: {
					operationId: "switchBsky",
					description:
						"Act as another DID of the signed-in user, in this better-auth session alone",
					responses: answers("The DID that it acts as", object({ did: text() }, ["did"])),
				},
			},
		},
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			const { session, user } = ctx.context.session;
			const { did } = ctx.body;
			if (!mayAct(bsky, session)) throw apiError(new BskyError("IMPERSONATED"));
			await notBanned(bsky, user.id);
			const switched = await switchTo(bsky, { session, user }, did).catch((error) => {
				throw apiError(error);
			});
			if (!switched) throw unauthorized(ctx);
			await renewCachedSession(ctx, plugin);
			return ctx.json({ did });
		},
	);
