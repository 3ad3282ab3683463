import { INVALID_HANDLE, isValidDid, isValidHandle } from "@atproto/syntax";
import { ACCOUNTS } from "../base/bounded-answer.ts";
import { limitedFetch } from "../base/fetch.ts";
import { isObject } from "../base/is-object.ts";
import { cleanText, imageUrl } from "./text.ts";

/** Somebody to suggest: what a person needs to recognise an account. */
export interface Actor {
	did: string;
	handle: string;
	/** At most 64 graphemes. */
	displayName?: string;
	/** An https image. */
	avatar?: string;
}

/** Longest a suggestion is waited for, in milliseconds: later ones help nobody who is typing. */
const TIMEOUT = 3000;

/** How to ask an AppView. */
interface Ways {
	allowHttp: boolean;
	fetch?: typeof globalThis.fetch | undefined;
	/** Whether one more request may leave; it then does. @default always */
	allowed?: () => boolean;
}

/**
 * Asks an AppView for accounts whose handle or name begins with `q`. For a whole handle the account
 * itself comes first, if there is one, however few know it.
 *
 * @returns null where no request may leave
 * @throws when the AppView doesn't answer in time, or not in its own format
 */
export async function searchActors(
	service: URL,
	q: string,
	limit: number,
	{ allowHttp, fetch: own, allowed = () => true }: Ways,
): Promise<Actor[] | null> {
	const fetch = limitedFetch({ allowHttp, fetch: own, limits: ACCOUNTS });
	const signal = AbortSignal.timeout(TIMEOUT);
	const ask = async (method: string, params: Record<string, string>) => {
		const url = new URL(`/xrpc/${method}?${new URLSearchParams(params)}`, service);
		const response = await fetch(url, { signal, redirect: "manual" });
		return response.ok ? ((await response.json()) as unknown) : null;
	};
	if (!allowed()) return null;
	const [found, exact] = await Promise.all([
		ask("app.bsky.actor.searchActorsTypeahead", { q, limit: String(limit) }),
		isValidHandle(q) && allowed() ? ask("app.bsky.actor.getProfile", { actor: q }) : null,
	]);
	const list = isObject(found) && Array.isArray(found.actors) ? found.actors : null;
	if (!list) throw new Error("The AppView did not answer with actors.");
	// It was asked for so many, of which some may be unusable.
	const some = [exact, ...list.slice(0, 2 * limit)];
	const actors = some.flatMap((actor) => readActor(actor, allowHttp) ?? []);
	return [...new Map(actors.map((actor) => [actor.did, actor])).values()].slice(0, limit);
}

function readActor(actor: unknown, allowHttp: boolean): Actor | null {
	if (!isObject(actor)) return null;
	const { did, handle } = actor;
	if (typeof did !== "string" || !isValidDid(did)) return null;
	// What doesn't point back at the DID arrives as handle.invalid: nobody can sign in with that.
	if (typeof handle !== "string" || !isValidHandle(handle) || handle === INVALID_HANDLE) {
		return null;
	}
	const displayName = cleanText(actor.displayName, 64);
	const avatar = imageUrl(actor.avatar, allowHttp);
	return { did, handle, ...(displayName && { displayName }), ...(avatar && { avatar }) };
}
