import { error } from "@sveltejs/kit";
import type { Handle, ServerInit } from "@sveltejs/kit/hooks";
import { getMigrations } from "better-auth/db/migration";
import { auth } from "#lib/auth.ts";
import { followStatuses } from "#lib/statuses.ts";
import { building } from "$app/env";

/** SvelteKit calls this once, before the first request: the tables are there when it comes. */
export const init: ServerInit = async () => {
	if (building) return;
	const { runMigrations } = await getMigrations(auth.options);
	await runMigrations();
	void followStatuses();
};

const { origin } = new URL(auth.options.baseURL);

export const handle: Handle = async ({ event, resolve }) => {
	const { locals, request, route } = event;
	// better-auth looks after itself.
	if (route.id?.startsWith("/api/auth")) return resolve(event);
	// Forms are posted from the app's own pages only.
	if (request.method === "POST" && request.headers.get("origin") !== origin) error(403);
	locals.session = await auth.api.getSession({ headers: request.headers });
	return resolve(event);
};
