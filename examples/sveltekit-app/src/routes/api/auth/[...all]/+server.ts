import { toSvelteKitHandler } from "better-auth/svelte-kit";
import { auth } from "#lib/auth.ts";

// A route, since people come back from their server on 127.0.0.1 when the app is on localhost:
// better-auth's `svelteKitHandler` answers at the host of `baseURL` alone.
export const GET = toSvelteKitHandler(auth);
export const POST = GET;
