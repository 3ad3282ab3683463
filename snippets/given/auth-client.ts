import { atprotoAuthClient } from "@better-auth-bsky/client";
import { createAuthClient } from "better-auth/client";

/** The `authClient` of the reader's app. */
export const authClient = createAuthClient({ plugins: [atprotoAuthClient()] });
