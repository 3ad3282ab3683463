import { fail, redirect } from "@sveltejs/kit";
import { APIError } from "better-auth/api";
import { auth } from "#lib/auth.ts";
import { pages } from "#lib/product.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.session) redirect(303, pages.home.path);
	return {
		emoji: url.searchParams.get("emoji") ?? undefined,
		error: url.searchParams.get("error") ?? undefined,
	};
};

export const actions: Actions = {
	default: async ({ request }) => {
		const form = await request.formData();
		const email = String(form.get("email") ?? "").trim();
		try {
			await auth.api.signInEmail({
				body: { email, password: String(form.get("password") ?? "") },
				headers: request.headers,
			});
		} catch (error) {
			if (!(error instanceof APIError)) throw error;
			return fail(error.statusCode, { error: error.message, email });
		}
		redirect(303, pages.home.path);
	},
};
