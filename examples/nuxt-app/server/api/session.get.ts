/** Who is signed in, and what the Bluesky components begin with. */
export default defineEventHandler(async ({ headers }) => {
	const session = await auth.api.getSession({ headers });
	if (!session) return { user: null, bsky: null };
	const { name, bskyDid, bskyHandle } = session.user;
	const bsky = await auth.api.getBskySession({ headers }).catch(() => null);
	return { user: { name, bskyDid, bskyHandle }, bsky };
});
