export default defineEventHandler(async ({ headers }) => {
	const [sessions, current] = await Promise.all([
		auth.api.listSessions({ headers }),
		auth.api.getSession({ headers }),
	]);
	return sessions.map(({ id, userAgent, createdAt }) => ({
		id,
		userAgent,
		createdAt: createdAt.toISOString(),
		isCurrent: id === current?.session.id,
	}));
});
