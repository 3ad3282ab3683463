import { BLUESKY_ICON } from "@better-auth-bsky/client/sign-in";
import { h, type VNode } from "vue";
import type { SignInApi } from "./use-bsky-sign-in.ts";

/** The butterfly. */
export const icon = (api: Pick<SignInApi, "getIconProps">): VNode =>
	h("svg", { ...api.getIconProps(), viewBox: BLUESKY_ICON.viewBox }, [
		h("path", { d: BLUESKY_ICON.path }),
	]);
