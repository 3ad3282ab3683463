import type { ServerModule } from "@better-auth-bsky/conformance";
import { render as renderToString } from "svelte/server";
import App from "./app.svelte";

export const render: ServerModule["render"] = (name, props) =>
	renderToString(App, { props: { name, props } }).body;
