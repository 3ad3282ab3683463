import { hasMessage } from "../labels/text.ts";
import { idsOf } from "./ids.ts";
import type { ResolvedSignInOptions } from "./types.ts";

/**
 * The failure that a sign-in came back with (`?error=`), taken out of the URL so that a reload
 * doesn't tell it again. A code without a sentence isn't ours and stays where it is.
 */
export function takeCallbackError({
	labels,
	replaceURL,
}: Pick<ResolvedSignInOptions, "labels" | "replaceURL">): string | null {
	const url = new URL(location.href);
	const code = url.searchParams.get("error");
	if (!code || !hasMessage(labels.errors, code)) return null;
	url.searchParams.delete("error");
	url.searchParams.delete("error_description");
	const rest = url.pathname + url.search + url.hash;
	// Routers keep their own things in the state.
	if (replaceURL) replaceURL(rest);
	else history.replaceState(history.state, "", rest);
	return code.toUpperCase();
}

/** This page, as the place to come back to when a sign-in fails. */
export function thisPage(baseURL: string): string | undefined {
	const { origin, pathname, search } = location;
	// better-auth refuses a path with an encoded slash.
	if (/%2f|%5c/i.test(pathname)) return undefined;
	const elsewhere = new URL(baseURL, origin).origin !== origin;
	return (elsewhere ? origin : "") + pathname + search;
}

/** Moves to the person's server; answers whether there was anywhere to move to. */
export function leave(url: unknown, navigate?: (url: string) => void): boolean {
	if (typeof url !== "string" || !/^https?:/i.test(url)) return false;
	if (navigate) navigate(url);
	else location.assign(url);
	return true;
}

/** The form's field, where there is one. */
export const fieldOf = ({ id }: { id: string }) =>
	elementById(idsOf(id).input) as HTMLInputElement | null;

export const elementById = (id: string): HTMLElement | null =>
	typeof document === "undefined" ? null : document.getElementById(id);
