/** Who is signed in, and what the Bluesky components begin with. */
export default defineEventHandler(async ({ headers }) => {
	const session = await auth.api.getSession({ headers });
	if (!session) return { user: null, bsky: null, servers };
	const { name, email, image, bskyDid, bskyHandle } = session.user;
	const bsky = await auth.api.getBskySession({ headers }).catch(() => null);
	const user = { name, image, bskyDid, bskyHandle, email: bskyDid ? null : email };
	return { user, bsky, servers };
});
