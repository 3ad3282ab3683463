export default defineFormHandler(pages.settings.path, async (form, { headers }) => {
	const sessions = await auth.api.listSessions({ headers });
	const session = sessions.find(({ id }) => id === text(form, "id"));
	if (session) await auth.api.revokeSession({ headers, body: { token: session.token } });
	return {};
});
