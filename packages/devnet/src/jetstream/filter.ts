import { isValidDid, isValidNsid } from "@atproto/syntax";
import type { Entry } from "./log.ts";

/** What one client wants to hear of, as its address or its `options_update` says. */
export interface Wishes {
	wantedCollections?: readonly string[];
	wantedDids?: readonly string[];
	/** 0 or less: no limit. */
	maxMessageSizeBytes?: number;
}

/** Decides whether a client gets a message. */
export type Filter = (entry: Entry) => boolean;

/** A request that asks for something that can't be. The message is for the person who made it. */
export class BadRequest extends Error {}

/** The filter for `wishes`. Nothing asked for is everything. Throws a {@link BadRequest}. */
export function filterFor(wishes: Wishes): Filter {
	const collections = new Set(texts("wantedCollections", wishes.wantedCollections));
	const dids = new Set(texts("wantedDids", wishes.wantedDids));
	for (const did of dids)
		if (!isValidDid(did)) throw new BadRequest(`wantedDids: "${did}" is not a DID`);
	const prefixes: string[] = [];
	for (const wanted of collections) {
		if (wanted.endsWith(".*")) prefixes.push(wanted.slice(0, -1));
		else if (!isValidNsid(wanted))
			throw new BadRequest(
				`wantedCollections: "${wanted}" is neither an NSID nor a prefix like "app.bsky.*"`,
			);
	}
	const limit = Number(wishes.maxMessageSizeBytes) || 0;
	return ({ did, collection, json }) => {
		if (dids.size > 0 && !dids.has(did)) return false;
		if (limit > 0 && Buffer.byteLength(json) > limit) return false;
		if (!collection || collections.size === 0 || collections.has(collection)) return true;
		return prefixes.some((prefix) => collection.startsWith(prefix));
	};
}

function texts(name: string, value: unknown = []): string[] {
	if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
	throw new BadRequest(`${name} takes a list of texts`);
}
