/** Where the names that an excerpt doesn't import may be from. */

export type * as client from "@better-auth-bsky/client";
export type * as agent from "@better-auth-bsky/client/agent";
export type * as core from "@better-auth-bsky/core";
export type * as devnet from "@better-auth-bsky/devnet";
export type * as elements from "@better-auth-bsky/elements/server";
export type * as react from "@better-auth-bsky/react";
export type * as svelte from "@better-auth-bsky/svelte";
export type * as vue from "@better-auth-bsky/vue";
export type * as names from "./names.ts";
export type * as reactNames from "./react.ts";
export type * as svelteNames from "./svelte.ts";
export type * as vueNames from "./vue.ts";
