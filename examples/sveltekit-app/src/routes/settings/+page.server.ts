import { fail, redirect } from "@sveltejs/kit";
import { auth } from "#lib/auth.ts";
import { messages, pages } from "#lib/product.ts";
import { requireUser } from "#lib/session.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, request, url }) => {
	const user = requireUser();
	const sessions = await auth.api.listSessions({ headers: request.headers });
	return {
		name: user.name,
		// Their tokens stay here.
		sessions: sessions.map(({ id, userAgent, createdAt }) => ({
			id,
			name: id === locals.session?.session.id ? null : userAgent || "Unknown browser",
			since: createdAt.toISOString(),
		})),
		error: url.searchParams.get("error") ?? undefined,
	};
};

export const actions: Actions = {
	saveProfile: async ({ locals, request }) => {
		const form = await request.formData();
		const name = String(form.get("name") ?? "").trim();
		if (!name) return fail(400, { message: messages.nameNeeded });
		requireUser();
		await auth.api.updateUser({ body: { name }, headers: request.headers });
		// What the page is rendered with next, where there is no JavaScript.
		locals.session = await auth.api.getSession({ headers: request.headers });
		return { message: messages.saved };
	},
	endSession: async ({ request }) => {
		const form = await request.formData();
		requireUser();
		const { headers } = request;
		const sessions = await auth.api.listSessions({ headers });
		const session = sessions.find(({ id }) => id === form.get("id"));
		if (session) await auth.api.revokeSession({ headers, body: { token: session.token } });
	},
	signOut: async ({ request }) => {
		await auth.api.signOut({ headers: request.headers });
		redirect(303, pages.landing.path);
	},
	deleteAccount: async ({ request }) => {
		requireUser();
		await auth.api.deleteUser({ headers: request.headers, body: {} });
		redirect(303, pages.landing.path);
	},
};
