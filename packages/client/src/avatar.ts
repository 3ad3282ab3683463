import { hueOf, type Person } from "./person.ts";
import { type NeutralProps, part } from "./props.ts";

/** Around initials and picture. The name beside it says who it is. */
export const faceProps = (who: Pick<Person, "did" | "handle">): NeutralProps["element"] => ({
	...part("face"),
	"data-hue": hueOf(who),
	"aria-hidden": "true",
});

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

export const nameProps = (): NeutralProps["element"] => ({ ...part("name"), dir: "auto" });

export const handleProps = (): NeutralProps["element"] => ({ ...part("handle"), dir: "ltr" });
