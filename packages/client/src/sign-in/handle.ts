import { cleanTyped, parseIdentifier } from "../core.ts";
import type { LabelledErrorCode } from "../labels/types.ts";
import type { SignInState } from "./types.ts";

// What http servers there may be, only the app's own server knows.
const read = (text: string) => parseIdentifier(text, { allowHttp: true });

/** The handle that was typed, complete and in lower case; `null` where it is none. */
export function handleIn(text: string): string | null {
	const identifier = read(text);
	return typeof identifier === "object" && identifier.type === "handle" ? identifier.value : null;
}

/** What to ask suggestions for; `null` where none could help. */
export function queryIn(text: string): string | null {
	const query = cleanTyped(text).replace(/^(at:\/+)?@*/i, "");
	// One letter of an alphabet finds anybody; one ideograph may be a name. No handle is longer than 253.
	if (/^[\0-\x7f]?$|.{254}/s.test(query)) return null;
	return /[@/:]/.test(query) ? handleIn(query) : query.toLowerCase();
}

/** What is plainly wrong, before the server is asked. It knows better, so doubt is no error. */
export function problemOf(text: string, mode: SignInState["mode"]): LabelledErrorCode | null {
	const identifier = read(mode === "server" ? serverIn(text) : text);
	if (mode === "handle") return typeof identifier === "string" ? identifier : null;
	return typeof identifier === "object" && identifier.type === "server" ? null : "SERVER_INVALID";
}

/** The origin of a server: most people leave out `https://`, and a path says nothing about it. */
export const serverIn = (text: string): string =>
	cleanTyped(text)
		.replace(/^(?!https?:\/\/.)/i, "https://")
		.replace(/^(https?:\/\/[^/?#]*).*/i, "$1");
