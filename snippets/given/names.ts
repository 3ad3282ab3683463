import type { Agent as AtprotoAgent } from "@atproto/api";
import type { BskySession } from "@better-auth-bsky/core";

/** What an excerpt may name without having it; whole files may not. */

export { Agent } from "@atproto/api";
export { betterAuth } from "better-auth";
export { createAuthMiddleware } from "better-auth/api";
export { toNextJsHandler } from "better-auth/next-js";
export { createAuthClient } from "better-auth/react";
export { auth } from "./auth.ts";
export { authClient } from "./auth-client.ts";

export declare const agent: AtprotoAgent;
export declare const did: string;
export declare const error: unknown;
export declare const handle: string;
export declare const headers: () => Promise<Headers>;
export declare const request: Request;
export declare const session: BskySession | null;
export declare const trustedDid: string;
export declare const userId: string;
