import type { AppBskyEmbedExternal, AppBskyEmbedImages, AppBskyFeedDefs } from "@atproto/api";

type Embed = { $type?: string } & object;
type ImageUrl = (preset: string, blob: unknown) => string;

/** The view of pictures and of link cards. Other embeds are left out of the view; the record has them. */
export function embedView(embed: Embed, image: ImageUrl): AppBskyFeedDefs.PostView["embed"] {
	if (embed.$type === "app.bsky.embed.images") {
		const { images } = embed as unknown as AppBskyEmbedImages.Main;
		return {
			$type: "app.bsky.embed.images#view",
			images: images.map((one) => ({
				thumb: image("feed_thumbnail", one.image),
				fullsize: image("feed_fullsize", one.image),
				alt: one.alt,
				...(one.aspectRatio && { aspectRatio: one.aspectRatio }),
			})),
		};
	}
	if (embed.$type === "app.bsky.embed.external") {
		const { uri, title, description, thumb } = (embed as unknown as AppBskyEmbedExternal.Main)
			.external;
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
