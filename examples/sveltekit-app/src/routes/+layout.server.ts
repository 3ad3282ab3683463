import { auth, servers } from "#lib/auth.ts";
import type { LayoutServerLoad } from "./$types";

export const load: LayoutServerLoad = async ({ locals, request }) => ({
	user: locals.session && seen(locals.session.user),
	servers,
	/** What the Bluesky components begin with, so that nothing flickers. */
	bskySession: await auth.api.getBskySession({ headers: request.headers }).catch(() => null),
});

/** What the header needs of the user and no more: all of it is sent to the browser. */
function seen({ name, image, bskyDid, email }: typeof auth.$Infer.Session.user) {
	return { name, image, email: bskyDid ? null : email };
}
