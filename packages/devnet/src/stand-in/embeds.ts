import {
	AppBskyEmbedExternal,
	AppBskyEmbedImages,
	type AppBskyFeedDefs,
	type AppBskyFeedPost,
} from "@atproto/api";

type Embed = NonNullable<AppBskyFeedPost.Record["embed"]>;
type ImageUrl = (preset: string, blob: unknown) => string;

/** The view of pictures and of link cards. Other embeds are left out of the view; the record has them. */
export function embedView(embed: Embed, image: ImageUrl): AppBskyFeedDefs.PostView["embed"] {
	if (AppBskyEmbedImages.isMain(embed)) {
		return {
			$type: "app.bsky.embed.images#view",
			images: embed.images.map((one) => ({
				thumb: image("feed_thumbnail", one.image),
				fullsize: image("feed_fullsize", one.image),
				alt: one.alt,
				...(one.aspectRatio && { aspectRatio: one.aspectRatio }),
			})),
		};
	}
	if (AppBskyEmbedExternal.isMain(embed)) {
		const { uri, title, description, thumb } = embed.external;
		return {
			$type: "app.bsky.embed.external#view",
			external: {
				uri,
				title,
				description,
				...(thumb && { thumb: image("feed_thumbnail", thumb) }),
			},
		};
	}
	return undefined;
}
