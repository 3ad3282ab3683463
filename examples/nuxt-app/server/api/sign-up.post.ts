export default defineFormHandler(pages.signUp.path, async (form, event) => {
	const email = text(form, "email");
	try {
		const { headers } = await auth.api.signUpEmail({
			body: { email, name: text(form, "name"), password: text(form, "password") },
			headers: event.headers,
			returnHeaders: true,
		});
		appendResponseHeader(event, "set-cookie", headers.getSetCookie());
	} catch (error) {
		return { ...failure(error), typed: email };
	}
	return { to: pages.home.path };
});
