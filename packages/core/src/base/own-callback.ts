import { PROVIDER_ID } from "./paths.ts";

/** Says of a request's context that it is ours; only the code of the app and its plugins can. */
const OURS = "isBskyCallback";

/** How better-auth's own callback shows itself to hooks, whichever provider it is for. */
export const AS_ANY_CALLBACK = {
	path: "/callback/:id",
	params: { id: PROVIDER_ID },
	[OURS]: true,
} as const;

/** Whether what better-auth is running is a sign-in with Bluesky that comes back. */
export const isOwnCallback = (context: object | null | undefined): boolean =>
	context != null && Reflect.get(context, OURS) === true;
