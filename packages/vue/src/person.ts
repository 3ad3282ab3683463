import { BLUESKY_ICON, nameOf, type Person } from "@better-auth-bsky/client/sign-in";
import { h, type VNode } from "vue";
import type { SignInApi } from "./use-bsky-sign-in.ts";

type PersonApi = Pick<SignInApi, "getAvatarProps" | "getNameProps" | "getHandleProps">;

/** Avatar, name and handle. */
export const personParts = (api: PersonApi, person: Person): VNode[] => [
	h("img", api.getAvatarProps(person)),
	h("span", api.getNameProps(), nameOf(person)),
	h("span", api.getHandleProps(), person.handle),
];

/** The butterfly. */
export const icon = (api: Pick<SignInApi, "getIconProps">): VNode =>
	h("svg", { ...api.getIconProps(), viewBox: BLUESKY_ICON.viewBox }, [
		h("path", { d: BLUESKY_ICON.path }),
	]);
