import {
	bskyErrorCode,
	type SignedInAgent,
	type UploadProgress,
} from "@better-auth-bsky/client/agent";

/** What a page writes at the server of whoever is signed in. The app's own server passes it on. */

/** Writes a record into their repository; returns its address: `at://…`. */
export async function createRecord(
	agent: SignedInAgent,
	collection: string,
	fields: object,
): Promise<string> {
	const record = { $type: collection, createdAt: new Date().toISOString(), ...fields };
	const { uri } = await call(agent, "com.atproto.repo.createRecord", {
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ repo: agent.did, collection, record }),
	});
	return String(uri);
}

/** A post that somebody is about to send. */
export interface Draft {
	text: string;
	picture: Picture | null;
}

interface Picture {
	file: File;
	/** What is on it, in words. */
	alt: string;
	/** `null` where the browser can't read it. */
	size: { width: number; height: number } | null;
}

/** What has been entered in a form with the fields `text`, `picture` and `alt`. */
export async function readDraft(form: HTMLFormElement): Promise<Draft> {
	const fields = new FormData(form);
	const text = (name: string) => String(fields.get(name) ?? "").trim();
	const file = fields.get("picture");
	const hasPicture = file instanceof File && file.size > 0;
	return {
		text: text("text"),
		picture: hasPicture ? { file, alt: text("alt"), size: await sizeOf(file) } : null,
	};
}

async function sizeOf(file: File): Promise<Picture["size"]> {
	try {
		const bitmap = await createImageBitmap(file);
		const { width, height } = bitmap;
		bitmap.close();
		return { width, height };
	} catch {
		return null;
	}
}

/** Sends a post, its picture first; returns its address: `at://…`. */
export async function sendPost(
	agent: SignedInAgent,
	collection: string,
	{ text, picture }: Draft,
	onUploadProgress: (progress: UploadProgress) => void,
): Promise<string> {
	if (!picture) return createRecord(agent, collection, { text });
	const { file, alt, size } = picture;
	const { blob } = await call(agent, "com.atproto.repo.uploadBlob", {
		headers: { "content-type": file.type },
		body: file,
		onUploadProgress,
	});
	// Where a page knows how high a picture will be, nothing jumps when it comes.
	const image = { image: blob, alt, aspectRatio: size };
	const embed = { $type: "app.bsky.embed.images", images: [image] };
	return createRecord(agent, collection, { text, embed });
}

type Init = Parameters<SignedInAgent["fetchHandler"]>[1];

/** What the app refuses is thrown by the agent; this throws what the person's server refuses. */
async function call(
	agent: SignedInAgent,
	nsid: string,
	init: Init,
): Promise<Record<string, unknown>> {
	const response = await agent.fetchHandler(`/xrpc/${nsid}`, { method: "POST", ...init });
	const body = await response.json();
	if (response.ok) return body;
	const { error, message } = body;
	throw Object.assign(new Error(message), { status: response.status, error });
}

/** Why a call has failed, for the person: the app's own sentence, or `otherwise`. */
export function sentenceOf(error: unknown, otherwise: string): string {
	const code = bskyErrorCode(error);
	// That one is the words of their server, and not for people.
	if (!code || code === "SCOPE_MISSING") return otherwise;
	return error instanceof Error ? error.message : otherwise;
}
