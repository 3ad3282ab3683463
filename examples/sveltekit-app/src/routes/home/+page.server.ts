import { bskyErrorCode } from "@better-auth-bsky/core";
import { fail, redirect } from "@sveltejs/kit";
import { isEmoji, landingWith, messages } from "#lib/product.ts";
import { requireUser } from "#lib/session.ts";
import { listFeed, listHistory, setStatus } from "#lib/statuses.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ parent, request, url }) => {
	const user = requireUser();
	const { bskySession } = await parent();
	const active = bskySession?.active ?? false;
	// First, since the feed has them from then on.
	const history = active ? await listHistory(request.headers).catch(() => null) : [];
	const feed = await listFeed();
	return {
		name: user.name,
		handle: user.bskyHandle ?? undefined,
		/** Of the connection to Bluesky. */
		state: active ? "active" : user.bskyDid ? "ended" : "not-linked",
		/** `null` where the person's server can't be reached. */
		history,
		feed,
		/** What was typed before a sign-in, and why that failed. */
		typed: url.searchParams.get("emoji") ?? "",
		error: url.searchParams.get("error") ?? undefined,
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const emoji = String(form.get("emoji") ?? "").trim();
		if (!isEmoji(emoji)) return fail(400, { error: messages.notAnEmoji, typed: emoji });
		if (!locals.session) redirect(303, landingWith(emoji));
		try {
			await setStatus(request.headers, emoji);
		} catch (error) {
			const expired = bskyErrorCode(error) === "SESSION_EXPIRED";
			const why = expired ? messages.sessionExpired : messages.notSaved;
			return fail(502, { error: why, typed: emoji });
		}
		return { typed: "" };
	},
};
