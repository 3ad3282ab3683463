import { bskyErrorCode } from "@better-auth-bsky/core";

export default defineFormHandler(pages.home.path, async (form, { headers }) => {
	const emoji = text(form, "emoji");
	if (!isEmoji(emoji)) return { error: messages.notAnEmoji, typed: emoji };
	if (!(await auth.api.getSession({ headers }))) return { to: landingWith(emoji) };
	try {
		await setStatus(headers, emoji);
	} catch (error) {
		const expired = bskyErrorCode(error) === "SESSION_EXPIRED";
		return { error: expired ? messages.sessionExpired : messages.notSaved, typed: emoji };
	}
	return { done: emoji };
});
