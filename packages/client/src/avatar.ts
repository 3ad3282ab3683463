import type { Person } from "./person.ts";
import { type NeutralProps, part } from "./props.ts";

/** An `img` that keeps its place without an image. The name beside it says who it is. */
export const avatarProps = ({ avatar }: Pick<Person, "avatar">): NeutralProps["img"] => ({
	...part("avatar", avatar ? "image" : "empty"),
	src: avatar,
	alt: "",
	width: 40,
	height: 40,
	decoding: "async",
	// Whose server holds the image needn't learn which page shows it.
	referrerpolicy: "no-referrer",
});
