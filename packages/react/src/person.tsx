import { BLUESKY_ICON, nameOf, type Person } from "@better-auth-bsky/client/sign-in";
import type { HTMLAttributes, ImgHTMLAttributes, SVGAttributes } from "react";

interface PersonApi {
	getAvatarProps(of: Person): ImgHTMLAttributes<HTMLImageElement>;
	getNameProps(): HTMLAttributes<Element>;
	getHandleProps(): HTMLAttributes<Element>;
}

/** Avatar, name and handle. */
export const PersonParts = ({ api, person }: { api: PersonApi; person: Person }) => (
	<>
		{/** biome-ignore lint/a11y/useAltText: it is empty, since the name stands beside it */}
		<img {...api.getAvatarProps(person)} />
		<span {...api.getNameProps()}>{nameOf(person)}</span>
		<span {...api.getHandleProps()}>{person.handle}</span>
	</>
);

/** The butterfly. */
export const Icon = ({ api }: { api: { getIconProps(): SVGAttributes<SVGSVGElement> } }) => (
	// biome-ignore lint/a11y/noSvgWithoutTitle: it is hidden from assistive technology
	<svg {...api.getIconProps()} viewBox={BLUESKY_ICON.viewBox}>
		<path d={BLUESKY_ICON.path} />
	</svg>
);
