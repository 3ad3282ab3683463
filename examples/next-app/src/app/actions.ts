"use server";

import { bskyErrorCode } from "@better-auth-bsky/core";
import { APIError } from "better-auth/api";
import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { isEmoji, landingWith, messages, pages } from "@/lib/product";
import { getSession } from "@/lib/session";
import { setStatus } from "@/lib/statuses";

/** What a form is told. */
export interface Result {
	error?: string;
	/** What was typed, to be kept where it could not be used. */
	typed?: string;
	done?: string;
}

const text = (form: FormData, name: string) => String(form.get(name) ?? "").trim();

const failure = (error: unknown): Result => {
	if (error instanceof APIError) return { error: error.message };
	throw error;
};

export async function writeStatus(_previous: Result, form: FormData): Promise<Result> {
	const emoji = text(form, "emoji");
	if (!isEmoji(emoji)) return { error: messages.notAnEmoji, typed: emoji };
	if (!(await getSession())) redirect(landingWith(emoji));
	try {
		await setStatus(await headers(), emoji);
	} catch (error) {
		// Where the connection has ended, the page asks to sign in again.
		revalidatePath(pages.home.path);
		const expired = bskyErrorCode(error) === "SESSION_EXPIRED";
		return { error: expired ? messages.sessionExpired : messages.notSaved, typed: emoji };
	}
	revalidatePath(pages.home.path);
	return { done: emoji };
}

export async function signInWithEmail(_previous: Result, form: FormData): Promise<Result> {
	const email = text(form, "email");
	try {
		await auth.api.signInEmail({
			body: { email, password: text(form, "password") },
			headers: await headers(),
		});
	} catch (error) {
		return { ...failure(error), typed: email };
	}
	redirect(pages.home.path);
}

export async function signUpWithEmail(_previous: Result, form: FormData): Promise<Result> {
	const email = text(form, "email");
	try {
		await auth.api.signUpEmail({
			body: { email, name: text(form, "name"), password: text(form, "password") },
			headers: await headers(),
		});
	} catch (error) {
		return { ...failure(error), typed: email };
	}
	redirect(pages.home.path);
}

export async function saveProfile(_previous: Result, form: FormData): Promise<Result> {
	const name = text(form, "name");
	if (!name) return { error: messages.nameNeeded };
	await auth.api.updateUser({ body: { name }, headers: await headers() });
	revalidatePath("/", "layout");
	return { done: messages.saved };
}

export async function endSession(form: FormData): Promise<void> {
	const request = { headers: await headers() };
	const sessions = await auth.api.listSessions(request);
	const session = sessions.find(({ id }) => id === text(form, "id"));
	if (session) await auth.api.revokeSession({ ...request, body: { token: session.token } });
	revalidatePath(pages.settings.path);
}

export async function signOut(): Promise<void> {
	await auth.api.signOut({ headers: await headers() });
	redirect(pages.landing.path);
}

export async function deleteAccount(): Promise<void> {
	await auth.api.deleteUser({ body: {}, headers: await headers() });
	redirect(pages.landing.path);
}
