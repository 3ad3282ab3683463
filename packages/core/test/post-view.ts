const did = (n: number) => `did:plc:${n.toString(36).padStart(24, "a")}`;
const cid = (n: number) => `bafkrei${n.toString(36).padStart(52, "a")}`;
const CDN = "https://cdn.bsky.app/img/feed_thumbnail/plain";

/** What an AppView says of a post that has everything: a link, a mention, images, who looks at it. */
export function postView(n: number, pictures: number) {
	const author = did(n % 97);
	const text =
		`Somebody writes about as much as one may, with a link and a mention, number ${n}. `.repeat(3);
	const images = Array.from({ length: pictures }, (_, i) => ({
		alt: "A picture, described as one should, in a sentence or two. ".repeat(2),
		aspectRatio: { height: 1500, width: 2000 },
		image: {
			$type: "blob",
			ref: { $link: cid(4 * n + i) },
			mimeType: "image/jpeg",
			size: 812_345,
		},
	}));
	const strongRef = { uri: `at://${author}/app.bsky.feed.post/3l${n}`, cid: cid(n) };
	return {
		...strongRef,
		author: {
			did: author,
			handle: `person-${n}.bsky.social`,
			displayName: `Person "${n}" \u{1f98b}`,
			avatar: `${CDN}/${author}/${cid(n)}@jpeg`,
			associated: {
				chat: { allowIncoming: "following" },
				activitySubscription: { allowSubscriptions: "followers" },
			},
			viewer: {
				muted: false,
				blockedBy: false,
				following: `at://${author}/app.bsky.graph.follow/3l${n}`,
			},
			labels: [],
			createdAt: "2024-01-01T00:00:00.000Z",
		},
		record: {
			$type: "app.bsky.feed.post",
			createdAt: "2024-01-01T00:00:00.000Z",
			embed: { $type: "app.bsky.embed.images", images },
			facets: [
				{
					$type: "app.bsky.richtext.facet",
					features: [{ $type: "app.bsky.richtext.facet#mention", did: author }],
					index: { byteEnd: 9, byteStart: 0 },
				},
				{
					features: [{ $type: "app.bsky.richtext.facet#link", uri: "https://a.example/?a=1&b=2" }],
					index: { byteEnd: 99, byteStart: 70 },
				},
			],
			langs: ["en"],
			reply: { parent: strongRef, root: strongRef },
			text,
		},
		embed: {
			$type: "app.bsky.embed.images#view",
			images: images.map(({ alt, aspectRatio, image }) => ({
				thumb: `${CDN}/${author}/${image.ref.$link}@jpeg`,
				fullsize: `${CDN}/${author}/${image.ref.$link}@jpeg`,
				alt,
				aspectRatio,
			})),
		},
		replyCount: 1,
		repostCount: 2,
		likeCount: 3,
		quoteCount: 4,
		bookmarkCount: 5,
		indexedAt: "2024-01-01T00:00:00.000Z",
		viewer: { bookmarked: false, threadMuted: false, embeddingDisabled: false },
		labels: [],
	};
}
