import {
	assertDidPlc,
	buildDidWebDocumentUrl,
	type Did,
	type DidDocument,
	DidError,
	type DidResolver,
	didDocumentValidator,
	isDidWeb,
	type ResolvedDocument,
} from "@atproto/oauth-client";
import type { ExpiringMap } from "../base/expiring-map.ts";
import { isNowhere } from "../base/nowhere.ts";
import { remember } from "./remember.ts";
import { UnresolvedError } from "./unresolved.ts";

/** The methods that accounts may have: https://atproto.com/specs/did#blessed-did-methods */
type Method = "plc" | "web";

/** The directory of the whole network. */
const PLC_DIRECTORY = "https://plc.directory";

/**
 * DID documents, from the PLC directory or from the website that a did:web names. The SDK's own
 * resolver makes a Request that workers refuse to make.
 *
 * It throws a DidError where there is no such DID, and an {@link UnresolvedError} where nobody could
 * tell.
 */
export function didResolver(
	plcDirectoryUrl: string | URL = PLC_DIRECTORY,
	fetch: typeof globalThis.fetch,
	known: ExpiringMap<DidDocument>,
): DidResolver<Method> {
	return {
		async resolve(did, { signal, noCache } = {}) {
			const request: RequestInit = {
				headers: { accept: "application/did+ld+json,application/json" },
				// Workers know no `redirect: "error"`. One that is answered is no document.
				redirect: "manual",
				signal: signal ?? null,
				...(noCache && { cache: "no-store" }),
			};
			const document = await remember(known, did, noCache, () =>
				ask(did, plcDirectoryUrl, (url) => fetch(url, request)),
			);
			if (document && isOf(did, document)) return document;
			throw new DidError(did, "There is no such DID.", "did-not-found", 404);
		},
	};
}

/** The document of a DID, or of another one where a website has that; null where there is none. */
async function ask(
	did: Did,
	directory: string | URL,
	get: (url: URL) => Promise<Response>,
): Promise<DidDocument | null> {
	try {
		if (isDidWeb(did)) return await read(did, () => get(buildDidWebDocumentUrl(did)));
		assertDidPlc(did);
		const document = await read(did, () => get(new URL(`/${encodeURIComponent(did)}`, directory)));
		if (document && !isOf(did, document)) throw new Error(`That is ${document.id}.`);
		return document;
	} catch (cause) {
		if (cause instanceof DidError) throw cause;
		if (isDidWeb(did) && isNowhere(cause)) return null;
		const asked = { option: "plcDirectoryUrl", url: String(directory), answered: isNoJson(cause) };
		throw new UnresolvedError(`Nobody could tell what ${did} is.`, {
			cause,
			...(!isDidWeb(did) && { asked }),
		});
	}
}

/** The status of a DidError about a document that nobody can use: it is there. */
export const UNUSABLE = 502;

async function read(did: Did, get: () => Promise<Response>): Promise<DidDocument | null> {
	const response = await get();
	const text = await response.text();
	if (NONE.has(response.status)) return null;
	if (!response.ok) throw new Error(`The server says ${response.status}.`);
	const { id, alsoKnownAs, service } = Object(JSON.parse(text));
	// All that is read of it. The rest is theirs to write as they like, names that are no URIs included.
	const { data, error } = didDocumentValidator.safeParse({
		id,
		alsoKnownAs: among(alsoKnownAs, (name) => URL.canParse(String(name))),
		service: among(service, (one) => String(Object(one).id).endsWith("#atproto_pds")),
	});
	if (data) return data;
	if (id !== did) throw error;
	throw new DidError(did, "Unusable document.", "did-unusable", UNUSABLE, error);
}

const among = (list: unknown, is: (one: unknown) => boolean) =>
	Array.isArray(list) ? list.filter(is) : undefined;

const isNoJson = (error: unknown) => error instanceof SyntaxError;

/** Not there, and no longer there. */
const NONE = new Set([404, 410]);

const isOf = <D extends Did>(
	did: D,
	document: DidDocument,
): document is DidDocument & ResolvedDocument<D, Method> => document.id === did;
