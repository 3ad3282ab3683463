import { createAuthClient as vanilla } from "better-auth/client";
import { createAuthClient as react } from "better-auth/react";
import { createAuthClient as svelte } from "better-auth/svelte";
import { createAuthClient as vue } from "better-auth/vue";
import { atprotoAuthClient } from "../src/index.ts";
import type { AuthClientLike } from "../src/sign-in/index.ts";

// The better-auth client of every framework can be given to the controllers, with its plugins.
const plugins = [atprotoAuthClient()];
export const clients: AuthClientLike[] = [
	vanilla(),
	vanilla({ plugins }),
	react({ plugins }),
	svelte({ plugins }),
	vue({ plugins }),
];
