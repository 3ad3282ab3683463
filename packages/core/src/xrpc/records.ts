import { XRPC } from "../base/bounded-answer.ts";
import { isObject } from "../base/is-object.ts";
import { JsonCost } from "../base/json-cost.ts";
import type { WRITES } from "../base/nsid.ts";
import { BskyError } from "../errors.ts";

/** Most bytes of a body that writes records: the reference server takes a million. */
export const MAX_RECORDS = 1024 * 1024;

/**
 * Sees to it that a body writes to the repository of whoever acts, and to collections that the app has
 * allowed. What is sent is what was looked at: a text may say a member twice, and servers differ in which
 * of them they take.
 *
 * @param collections those; undefined for all
 * @throws {BskyError} BODY_INVALID, NOT_YOUR_REPO, METHOD_NOT_ALLOWED
 */
export function checkedRecords(
	nsid: (typeof WRITES)[number],
	body: Uint8Array<ArrayBuffer>,
	did: string,
	collections: readonly string[] | undefined,
): Uint8Array<ArrayBuffer> {
	const { parsed, again } = read(body);
	if (parsed.repo !== did) throw new BskyError("NOT_YOUR_REPO");
	const writes = nsid === "com.atproto.repo.applyWrites" ? parsed.writes : [parsed];
	if (!Array.isArray(writes) || !writes.every(isObject)) throw new BskyError("BODY_INVALID");
	const isAllowed = ({ collection }: Record<string, unknown>) =>
		collections?.some((each) => each === collection) ?? true;
	if ([parsed, ...writes].some(isAmbiguous)) throw new BskyError("BODY_INVALID");
	if (!writes.every(isAllowed)) throw new BskyError("METHOD_NOT_ALLOWED");
	return again;
}

/** What is looked at of a body. */
const MEMBERS = ["repo", "collection", "writes"];

/** Whether it has a member that a parser which heeds no case takes for one of those; Go's has "\u017F" for "s". */
const isAmbiguous = (value: object): boolean =>
	Object.keys(value).some(
		(name) => !MEMBERS.includes(name) && MEMBERS.includes(name.toUpperCase().toLowerCase()),
	);

/** What a body says, and the same written anew. */
function read(body: Uint8Array<ArrayBuffer>) {
	// Two hundred posts, with all that a post may have, cost 120,000.
	if (!new JsonCost(XRPC.maxCost).add(body)) throw new BskyError("BODY_INVALID");
	try {
		const parsed: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
		// What is nested too deeply can't be written.
		if (isObject(parsed))
			return { parsed, again: new TextEncoder().encode(JSON.stringify(parsed, asItWas)) };
	} catch (cause) {
		throw new BskyError("BODY_INVALID", { cause });
	}
	throw new BskyError("BODY_INVALID");
}

/** A number that has become another one as it was read would be written into the record. */
function asItWas(_name: string, value: unknown): unknown {
	if (typeof value !== "number" || Number.isSafeInteger(value) || isFraction(value)) return value;
	throw new RangeError("A number is larger than can be kept.");
}

const isFraction = (value: number): boolean => Number.isFinite(value) && !Number.isInteger(value);
