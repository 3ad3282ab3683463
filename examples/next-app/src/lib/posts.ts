import { AppBskyFeedPost } from "@atproto/api";
import { headers } from "next/headers";
import { auth } from "./auth";

export interface Post {
	uri: string;
	text: string;
	createdAt: string;
}

/** The newest posts of the signed-in person, read from their own server. */
export async function listPosts(): Promise<Post[]> {
	const agent = await auth.api.getBskyAgent({ headers: await headers() });
	const { data } = await agent.com.atproto.repo.listRecords({
		repo: agent.assertDid,
		collection: "app.bsky.feed.post",
		limit: 20,
	});
	return data.records.flatMap(({ uri, value }) =>
		AppBskyFeedPost.isRecord(value) && AppBskyFeedPost.validateRecord(value).success
			? [{ uri, text: String(value.text), createdAt: String(value.createdAt) }]
			: [],
	);
}

/** Writes a post on behalf of the signed-in person. */
export async function createPost(text: string): Promise<void> {
	const agent = await auth.api.getBskyAgent({ headers: await headers() });
	await agent.post({ text, createdAt: new Date().toISOString() });
}
