export default defineFormHandler(pages.landing.path, async (_form, event) => {
	const { headers } = await auth.api.signOut({ headers: event.headers, returnHeaders: true });
	appendResponseHeader(event, "set-cookie", headers.getSetCookie());
	return { to: pages.landing.path };
});
