"use server";

import { APIError } from "better-auth/api";
import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import { createPost } from "@/lib/posts";

export interface PostResult {
	error?: string;
	/** What was typed, to be kept where it could not be posted. */
	text?: string;
	/** Differs for every post that was written. */
	posted?: number;
}

export async function writePost(_previous: PostResult, form: FormData): Promise<PostResult> {
	const text = String(form.get("text") ?? "").trim();
	if (text === "") return { error: "Write something first." };
	if (text.length > 300) return { error: "A post has room for 300 characters.", text };
	try {
		await createPost(text);
	} catch (error) {
		const message = error instanceof APIError ? error.message : "";
		return { error: message || "Your post could not be saved. Please try again.", text };
	}
	revalidatePath("/me");
	return { posted: Date.now() };
}

export async function signOut(): Promise<void> {
	await auth.api.signOut({ headers: await headers() });
	redirect("/");
}
