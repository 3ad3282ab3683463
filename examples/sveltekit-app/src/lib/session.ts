import { redirect } from "@sveltejs/kit";
import { getRequestEvent } from "$app/server";
import { pages } from "./product.ts";

/** For pages and actions of signed-in people: anybody else goes to the landing page. */
export function requireUser() {
	const { session } = getRequestEvent().locals;
	if (!session) redirect(303, pages.landing.path);
	return session.user;
}
