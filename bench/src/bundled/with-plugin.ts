import { atprotoAuthClient } from "@better-auth-bsky/client";
import { createAuthClient } from "better-auth/client";

export const authClient = createAuthClient({ plugins: [atprotoAuthClient()] });
