export * from "@better-auth-bsky/core";
