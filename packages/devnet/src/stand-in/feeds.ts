import type { AppBskyFeedDefs } from "@atproto/api";
import { InvalidRequestError } from "@atproto/xrpc-server";
import type { Repo } from "./repos.ts";
import type { Views } from "./views.ts";

/** A post, or a repost of one, in somebody's feed. */
export interface FeedItem {
	/** The author, or who reposted. */
	by: Repo;
	/** The record's own URI: of the post, or of the repost. */
	uri: string;
	cid: string;
	/** The post that is shown. */
	post: string;
	/** ISO 8601; feeds are newest first. */
	at: string;
	reply: boolean;
}

/** What an account put into feeds. */
export function itemsOf(repo: Repo): FeedItem[] {
	if (repo.inactive) return [];
	const posts = repo.posts.map(({ uri, cid, value }) => ({
		...{ by: repo, uri, cid, post: uri },
		at: value.createdAt,
		reply: value.reply !== undefined,
	}));
	const reposts = repo.reposts.map(({ uri, cid, value }) => ({
		...{ by: repo, uri, cid, post: value.subject.uri },
		at: value.createdAt,
		reply: false,
	}));
	return [...posts, ...reposts];
}

/** One page, newest first. Cursors look like the real ones: `<milliseconds>__<cid>`. */
export function page(items: FeedItem[], limit: number, cursor: string | undefined) {
	const key = ({ at, cid }: FeedItem) => [Date.parse(at), cid] as const;
	const sorted = items.toSorted((a, b) => older(key(a), key(b)));
	const from = cursor === undefined ? undefined : parseCursor(cursor);
	const rest = from ? sorted.filter((item) => older(key(item), from) > 0) : sorted;
	const shown = rest.slice(0, limit);
	const last = shown.at(-1);
	return {
		items: shown,
		...(last && rest.length > limit && { cursor: key(last).join("__") }),
	};
}

/** A feed item as clients get it, unless its post is gone or somebody blocks. */
export function feedView(views: Views, item: FeedItem): AppBskyFeedDefs.FeedViewPost | undefined {
	const found = views.post(item.post);
	const post = views.postView(item.post);
	if (!found || !post || views.blocks(found.repo) || views.blocks(item.by)) return undefined;
	const reply = found.post.value.reply;
	const shown = (uri: string): AppBskyFeedDefs.ReplyRef["root"] => {
		const view = views.postView(uri);
		return view
			? { $type: "app.bsky.feed.defs#postView", ...view }
			: { $type: "app.bsky.feed.defs#notFoundPost", uri, notFound: true };
	};
	return {
		post,
		...(item.uri !== item.post && {
			reason: {
				$type: "app.bsky.feed.defs#reasonRepost",
				by: views.basic(item.by),
				uri: item.uri,
				cid: item.cid,
				indexedAt: item.at,
			},
		}),
		...(reply && { reply: { root: shown(reply.root.uri), parent: shown(reply.parent.uri) } }),
	};
}

type Key = readonly [number, string];

const older = ([timeA, cidA]: Key, [timeB, cidB]: Key): number =>
	timeB - timeA || (cidA < cidB ? 1 : cidA > cidB ? -1 : 0);

function parseCursor(cursor: string): Key {
	const [time, cid, ...more] = cursor.split("__");
	if (!time || !cid || more.length > 0 || Number.isNaN(Number(time)))
		throw new InvalidRequestError("Malformed cursor");
	return [Number(time), cid];
}
