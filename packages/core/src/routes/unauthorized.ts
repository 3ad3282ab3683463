import type { GenericEndpointContext } from "better-auth";

/** What better-auth's own endpoints answer where nobody is signed in. */
export const unauthorized = (ctx: Pick<GenericEndpointContext, "error">) =>
	ctx.error("UNAUTHORIZED", { code: "UNAUTHORIZED", message: "Nobody is signed in." });
