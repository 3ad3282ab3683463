import { createAuthClient } from "better-auth/react";
import { atprotoAuthClient } from "better-auth-bsky/client";

export const authClient = createAuthClient({
	plugins: [atprotoAuthClient()],
});
