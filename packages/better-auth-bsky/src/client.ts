export * from "@better-auth-bsky/client";
