import { atprotoAuth } from "@better-auth-bsky/core";
import { betterAuth } from "better-auth";

/** The `auth` of the reader's app. */
export const auth = betterAuth({ plugins: [atprotoAuth({ xrpc: { allow: [] } })] });
