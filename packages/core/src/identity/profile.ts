import { isObject } from "../base/is-object.ts";
import { getJson, type Reader } from "./reader.ts";
import { cleanText, imageUrl } from "./text.ts";

/**
 * A Bluesky profile. Every text is bounded and free of control, bidirectional and invisible
 * characters; images are https.
 */
export interface BskyProfile {
	did: string;
	/** Verified: DID and handle point at each other. Null where they don't. */
	handle: string | null;
	/** One line, at most 64 graphemes. */
	displayName?: string | undefined;
	/** At most 256 graphemes, with its line breaks. */
	description?: string | undefined;
	avatar?: string | undefined;
	banner?: string | undefined;
}

/**
 * Fetches a profile through the person's own PDS: from the AppView where one answers, else the
 * record itself. A token that the PDS refuses for the one it would refuse for the other.
 *
 * @param handle the verified handle; the one that a PDS or AppView claims is not believed
 * @returns null where neither could be had
 */
export async function fetchProfile(
	reader: Reader,
	handle: string | null,
	allowHttp: boolean,
): Promise<BskyProfile | null> {
	const answer = await profileFromAppView(reader);
	if (answer === "refused") return null;
	const fields = answer ?? (await profileFromRecord(reader).catch(() => null));
	if (!fields) return null;
	return {
		did: reader.did,
		handle,
		displayName: cleanText(fields.displayName, 64),
		description: cleanText(fields.description, 256, true),
		avatar: imageUrl(fields.avatar, allowHttp),
		banner: imageUrl(fields.banner, allowHttp),
	};
}

type ProfileFields = Record<"displayName" | "description" | "avatar" | "banner", unknown>;

async function profileFromAppView(reader: Reader): Promise<ProfileFields | "refused" | null> {
	const actor = encodeURIComponent(reader.did);
	const body = await getJson(reader, `/xrpc/app.bsky.actor.getProfile?actor=${actor}`);
	if (body === "refused") return body;
	return body && body.did === reader.did ? (body as Record<string, unknown> & ProfileFields) : null;
}

async function profileFromRecord(reader: Reader): Promise<ProfileFields | null> {
	const repo = encodeURIComponent(reader.did);
	const body = await getJson(
		reader,
		`/xrpc/com.atproto.repo.getRecord?repo=${repo}&collection=app.bsky.actor.profile&rkey=self`,
	);
	const record = body === "refused" ? null : body?.value;
	if (!isObject(record)) return null;
	const blobUrl = (blob: unknown) => {
		const ref = isObject(blob) && isObject(blob.ref) ? blob.ref.$link : undefined;
		if (typeof ref !== "string") return undefined;
		return new URL(
			`/xrpc/com.atproto.sync.getBlob?did=${repo}&cid=${encodeURIComponent(ref)}`,
			reader.aud,
		).href;
	};
	return {
		displayName: record.displayName,
		description: record.description,
		avatar: blobUrl(record.avatar),
		banner: blobUrl(record.banner),
	};
}
