import { BLUESKY_ICON, nameOf, type Person } from "@better-auth-bsky/client/sign-in";
import { type HTMLAttributes, h, type ImgHTMLAttributes, type VNode } from "vue";

interface PersonApi {
	getAvatarProps(of: Person): ImgHTMLAttributes;
	getNameProps(): HTMLAttributes;
	getHandleProps(): HTMLAttributes;
}

/** Avatar, name and handle. */
export const personParts = (api: PersonApi, person: Person): VNode[] => [
	h("img", api.getAvatarProps(person)),
	h("span", api.getNameProps(), nameOf(person)),
	h("span", api.getHandleProps(), person.handle),
];

/** The butterfly. */
export const icon = (api: { getIconProps(): HTMLAttributes }): VNode =>
	h("svg", { ...api.getIconProps(), viewBox: BLUESKY_ICON.viewBox }, [
		h("path", { d: BLUESKY_ICON.path }),
	]);
