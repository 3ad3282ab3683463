import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { type BskyAccount, listAccounts } from "../accounts/list.ts";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { mayAct } from "../sessions/may-act.ts";
import { doChores } from "./chores.ts";
import { notBanned } from "./not-banned.ts";
import { answers, flag, list, object, stateProperties, text } from "./openapi.ts";

const account = object(
	{
		...stateProperties,
		did: text(),
		handle: { ...text(), nullable: true },
		displayName: text(),
		avatar: text(),
		primary: flag,
		current: flag,
	},
	["did", "handle", "active", "primary", "current"],
);

/** The accounts that are connected to the user, as the database knows them: no server is waited for. */
export const getBskyAccounts = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.accounts,
		{
			method: "GET",
			requireHeaders: true,
			use: [sessionMiddleware],
			metadata: {
				openapi: {
					operationId: "getBskyAccounts",
					description: "The connected accounts of the signed-in user, the primary one first",
					responses: answers("The accounts", object({ accounts: list(account) }, ["accounts"])),
				},
			},
		},
		async (ctx): Promise<{ accounts: BskyAccount[] }> => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			const { session, user } = ctx.context.session;
			await notBanned(bsky, user.id);
			const accounts = await listAccounts(bsky, { user, session }, mayAct(bsky, session));
			return ctx.json({ accounts });
		},
	);
