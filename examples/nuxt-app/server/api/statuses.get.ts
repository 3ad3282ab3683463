export default defineEventHandler(async ({ headers }) => {
	const bsky = await auth.api.getBskySession({ headers }).catch(() => null);
	const [feed, history] = await Promise.all([
		listFeed(),
		// `null` where the person's server can't be reached.
		bsky?.active ? listHistory(headers).catch(() => null) : [],
	]);
	return { feed, history };
});
