import { type AtprotoDid, type HandleResolver, isAtprotoDid } from "@atproto/oauth-client";
import { AnswerTooLargeError } from "../base/bounded-answer.ts";
import { isPassing } from "../base/is-passing.ts";
import { isNowhere } from "../base/nowhere.ts";
import { type DnsOverHttps, textRecords } from "../base/text-records.ts";
import { unlessAborted, within } from "../base/within.ts";
import { UnresolvedError } from "./unresolved.ts";

/**
 * Longest the whole look-up of a handle may take, whoever is asked, in milliseconds: half of what an
 * identity has. A DID is known, and its session goes on, while nobody says whether its handle is.
 */
export const HANDLE_TIMEOUT = 5000;

/**
 * Asks DNS and the handle's own server, side by side; DNS is preferred where both name a DID.
 * A handle is unknown only where both say so.
 *
 * @throws {UnresolvedError} where nobody names a DID, and not everybody could tell
 * @see https://atproto.com/specs/handle#handle-resolution
 */
export function dnsAndWeb(fetch: typeof globalThis.fetch, instead: DnsOverHttps): HandleResolver {
	return {
		resolve: (handle, { signal: caller, noCache = false } = {}) =>
			within(HANDLE_TIMEOUT, caller, async (signal) => {
				const request: RequestInit = { signal, ...(noCache && { cache: "no-store" }) };
				const web = orDoubt(unlessAborted(signal, byWeb(handle, fetch, request)));
				const dns = await orDoubt(byDns(handle, signal, instead));
				const found = typeof dns === "string" ? dns : (await web) || dns;
				caller?.throwIfAborted();
				if (!(found instanceof Doubt)) return found;
				const { cause } = found;
				throw new UnresolvedError(`Nobody could tell who @${handle} is.`, { cause });
			}),
	};
}

/** Why somebody who was asked can't tell. */
class Doubt {
	readonly cause: unknown;
	constructor(cause: unknown) {
		this.cause = cause;
	}
}

const orDoubt = <T>(answer: Promise<T>): Promise<T | Doubt> =>
	answer.catch((cause: unknown) => new Doubt(cause));

async function byDns(
	handle: string,
	signal: AbortSignal,
	instead: DnsOverHttps,
): Promise<AtprotoDid | null> {
	const records = await textRecords(`_atproto.${handle}`, signal, instead);
	const [record, ...others] = records.filter((text) => text.startsWith("did="));
	const did = record?.slice("did=".length);
	// Several contradict each other: as if there were none.
	return others.length === 0 && isAtprotoDid(did) ? did : null;
}

async function byWeb(
	handle: string,
	fetch: typeof globalThis.fetch,
	init: RequestInit,
): Promise<AtprotoDid | null> {
	try {
		const response = await fetch(`https://${handle}/.well-known/atproto-did`, init);
		const text = await response.text();
		if (isPassing(response.status)) throw new Error(`The server says ${response.status}.`);
		const did = text.trim().split("\n", 1)[0]?.trim();
		return response.ok && isAtprotoDid(did) ? did : null;
	} catch (error) {
		// A home page for whatever is asked for is of any size.
		if (isNowhere(error) || error instanceof AnswerTooLargeError) return null;
		throw error;
	}
}
