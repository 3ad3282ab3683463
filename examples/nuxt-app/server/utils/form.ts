import { APIError } from "better-auth/api";

/** What a form is told. */
export interface FormResult {
	/** Where it leads, if not back to its page. */
	to?: string;
	error?: string;
	/** What was typed, to be kept where it could not be used. */
	typed?: string;
	done?: string;
}

/**
 * Answers a form of `page`. The script of the page is told the result; a browser that has posted the
 * form by itself is led back to the page, which finds the result in a cookie, once.
 */
export const defineFormHandler = (
	page: string,
	answer: (form: FormData, event: Parameters<typeof readFormData>[0]) => Promise<FormResult>,
) =>
	defineEventHandler(async (event) => {
		// On a form of another site nobody is signed in (better-auth's cookies are SameSite=Lax), and
		// it can't sign anybody in either.
		const context = await auth.$context;
		const origin = getHeader(event, "origin") ?? "";
		if (!context.isTrustedOrigin(origin)) throw createError({ status: 403 });

		const result = await answer(await readFormData(event), event);
		if (!getHeader(event, "accept")?.includes("text/html")) return result;
		const { to = page, ...told } = result;
		setCookie(event, "bluebell-nuxt.told", JSON.stringify(told), {
			httpOnly: true,
			sameSite: "lax",
			maxAge: 60,
		});
		return sendRedirect(event, to, 303);
	});

export const text = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();

export function failure(error: unknown): FormResult {
	if (error instanceof APIError) return { error: error.message };
	throw error;
}
