import { nameOf, type Person } from "@better-auth-bsky/client/sign-in";
import type { HTMLAttributes, ImgHTMLAttributes } from "react";

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
