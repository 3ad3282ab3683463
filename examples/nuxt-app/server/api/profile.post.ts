export default defineFormHandler(pages.settings.path, async (form, { headers }) => {
	const name = text(form, "name");
	if (!name) return { error: messages.nameNeeded };
	await auth.api.updateUser({ body: { name }, headers });
	return { done: messages.saved };
});
