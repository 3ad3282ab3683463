import { nameOf, type Person } from "@better-auth-bsky/client/sign-in";
import { h, type VNode } from "vue";
import type { SignInApi } from "./use-bsky-sign-in.ts";

type PersonApi = Pick<SignInApi, "getAvatarProps" | "getNameProps" | "getHandleProps">;

/** Avatar, name and handle. */
export const personParts = (api: PersonApi, person: Person): VNode[] => [
	h("img", api.getAvatarProps(person)),
	h("span", api.getNameProps(), nameOf(person)),
	h("span", api.getHandleProps(), person.handle),
];
