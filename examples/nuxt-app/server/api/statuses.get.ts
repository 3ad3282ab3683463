export default defineEventHandler(async ({ headers }) => {
	const bsky = await auth.api.getBskySession({ headers }).catch(() => null);
	// First, since the feed has them from then on. `null` where the person's server can't be reached.
	const history = bsky?.active ? await listHistory(headers).catch(() => null) : [];
	const feed = await listFeed();
	return { feed, history };
});
