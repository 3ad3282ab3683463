import type { Component } from "svelte";

export declare const Compose: Component;
export declare const MyButton: Component<{ children?: unknown; [attribute: string]: unknown }>;
