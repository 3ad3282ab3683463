import type { LabelledErrorCode } from "../labels/types.ts";
import type { SignInState } from "./types.ts";

const DEFAULT_DOMAIN = ".bsky.social";

/** Removes what can't be seen and comes along with a copied handle. */
const clean = (text: string) => text.normalize("NFKC").replace(/\p{C}/gu, "").trim();

/** What a person means by what they typed or pasted, without the wrapping: `@`, `at://`, a link. */
export const bare = (text: string): string =>
	clean(text)
		.replace(/^https?:\/\/bsky\.app\/profile\//i, "")
		.replace(/^at:\/+/i, "")
		.replace(/^@+/, "");

const isDid = (text: string) => /^did:/i.test(text);
const isUrl = (text: string) => /^https?:\/\/./i.test(text);
const isEmail = (text: string) => /^[^@\s]+@[^@\s]+$/.test(text);

/** The handle that was typed, complete and in lower case; `null` where it is none. */
export function handleIn(text: string): string | null {
	const [name = ""] = bare(text).toLowerCase().split("/", 1);
	if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name)) return null;
	return name.includes(".") ? name : name + DEFAULT_DOMAIN;
}

/** What to ask suggestions for; `null` where none could help. */
export function queryIn(text: string): string | null {
	const query = bare(text);
	// One letter of an alphabet finds anybody; one ideograph may be a name.
	if (/^[\0-\x7f]?$/.test(query) || /[@/:]/.test(query)) return null;
	return query.toLowerCase();
}

/** What is plainly wrong, before the server is asked. It knows better, so doubt is no error. */
export function problemOf(text: string, mode: SignInState["mode"]): LabelledErrorCode | null {
	const typed = bare(text);
	if (mode === "server") {
		const { hostname } = URL.parse(serverIn(text)) ?? {};
		return hostname && !/[@\s]/.test(typed) ? null : "SERVER_INVALID";
	}
	if (typed === "") return "HANDLE_REQUIRED";
	if (isDid(typed) || isUrl(typed)) return null;
	if (isEmail(typed)) return "HANDLE_IS_EMAIL";
	return handleIn(typed.replace(/\.+$/, "")) ? null : "HANDLE_INVALID";
}

/** A server's address as a URL: most people leave out `https://`. */
export const serverIn = (text: string): string =>
	clean(text).replace(/^(?!https?:\/\/.)/i, "https://");
