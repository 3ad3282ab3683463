import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { auth } from "./auth";
import { pages } from "./product";

/** Who is signed in, asked once for each request. */
export const getSession = cache(async () => auth.api.getSession({ headers: await headers() }));

/** What the Bluesky components begin with, so that nothing flickers. */
export const getBskySession = cache(async () =>
	auth.api.getBskySession({ headers: await headers() }).catch(() => null),
);

/** For pages and actions of signed-in people: anybody else goes to the landing page. */
export async function requireSession() {
	const session = await getSession();
	if (!session) redirect(pages.landing.path);
	return session;
}
