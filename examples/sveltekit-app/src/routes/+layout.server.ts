import { auth } from "#lib/auth.ts";
import type { LayoutServerLoad } from "./$types";

export const load: LayoutServerLoad = async ({ locals, request }) => ({
	// What the header needs of the user and no more: all of it is sent to the browser.
	user: locals.session && { hasBluesky: Boolean(locals.session.user.bskyDid) },
	/** What the Bluesky components begin with, so that nothing flickers. */
	bskySession: await auth.api.getBskySession({ headers: request.headers }).catch(() => null),
});
