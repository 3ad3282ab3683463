import { scope } from "@better-auth-bsky/client";

/** The pages of the app. Links and redirects go by it, and so do the tests of all three examples. */
export const pages = {
	landing: { path: "/", title: "Sign in" },
	signUp: { path: "/sign-up", title: "Create an account" },
	home: { path: "/home", title: "Home" },
	settings: { path: "/settings", title: "Settings" },
	error: { path: "/error", title: "That didn’t work" },
} as const;

/** Where a sign-in leads that keeps what somebody was about to set. */
export const homeWith = (emoji = ""): string => withEmoji(pages.home.path, emoji);

/** Where somebody signs in first, who was about to set it. */
export const landingWith = (emoji = ""): string => withEmoji(pages.landing.path, emoji);

const withEmoji = (path: string, emoji: string): string =>
	emoji ? `${path}?${new URLSearchParams({ emoji })}` : path;

/** What the app writes, by the names of the collections. */
export const collections = {
	/** https://github.com/bluesky-social/statusphere-example-app/tree/main/lexicons */
	status: "xyz.statusphere.status",
	post: "app.bsky.feed.post",
} as const;

/** What posting needs. A sign-in doesn't ask for it: somebody who wants to post is asked then. */
export const postScope = [scope.repo(collections.post, ["create"]), scope.blob("image/*")].join(
	" ",
);

/** What the app says when something goes wrong, or well. */
export const messages = {
	notAnEmoji: "Choose one emoji.",
	notSaved: "Your status could not be saved. Please try again.",
	sessionExpired: "Your server has ended the connection. Sign in again to set it.",
	unreachable: "Your server can’t be reached right now.",
	nameNeeded: "Enter a name.",
	saved: "Saved.",
	nothingToPost: "Write something, or choose a picture.",
	tooLong: "That’s too long: a post has at most 300 characters.",
	pictureTooLarge: "That picture is too large: it may have at most 2,000,000 bytes.",
	pictureUnreadable: "This browser can’t read that picture. Choose another one.",
	notPosted: "Your post could not be sent. Please try again.",
	posting: "Posting…",
	posted: "Posted.",
} as const;

/** What the form for a post says. */
export const postForm = {
	title: "Post to Bluesky",
	text: "Text",
	left: (text: string): string => `${MAX_GRAPHEMES - graphemesIn(text)} characters left`,
	picture: "Picture",
	pictureHint: "At most 2,000,000 bytes.",
	alt: "What is on the picture, for who can’t see it",
	progress: "How much of the picture has been sent",
	submit: "Post",
	link: "See it on Bluesky",
} as const;

/** https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json */
const MAX_GRAPHEMES = 300;
const MAX_TEXT_BYTES = 3000;

/** https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/images.json */
export const MAX_PICTURE_BYTES = 2_000_000;

/** What keeps a post from being sent, in words. */
export function problemWith({ text, picture }: PostLike): string | undefined {
	if (!text && !picture) return messages.nothingToPost;
	const bytes = new TextEncoder().encode(text).length;
	if (graphemesIn(text) > MAX_GRAPHEMES || bytes > MAX_TEXT_BYTES) return messages.tooLong;
	if (picture && picture.file.size > MAX_PICTURE_BYTES) return messages.pictureTooLarge;
	if (picture && !picture.size) return messages.pictureUnreadable;
	return undefined;
}

interface PostLike {
	text: string;
	/** Without a size, the browser can't read it. */
	picture: { file: { size: number }; size: object | null } | null;
}

/** What people count as characters: a flag is one. */
const graphemesIn = (text: string): number => [...new Intl.Segmenter().segment(text)].length;

/** Where a post is to be seen. */
export function linkTo(uri: string): string {
	const [did, , key] = uri.replace("at://", "").split("/");
	return `https://bsky.app/profile/${did}/post/${key}`;
}

/** What can be picked with one click; any other emoji can be typed. */
export const emojis = [
	..."👍👎💙🥹😧🙃😉😎🤓🤨🥳😭😤🤯🫡💀🧠👩‍💻🧑‍🍳🌱🐟🦋☕🎧".matchAll(/\p{RGI_Emoji}/gv),
].map(([emoji]) => emoji);

/** Whether `text` is one emoji and nothing else. */
export const isEmoji = (text: string): boolean => /^\p{RGI_Emoji}$/v.test(text);

/** In one time zone for everybody, since the server renders it, and it says which. */
export const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
