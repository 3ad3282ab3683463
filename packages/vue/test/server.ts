import type { ServerModule } from "@better-auth-bsky/conformance";
import { createSSRApp, h } from "vue";
import { renderToString } from "vue/server-renderer";
import { App } from "./app.ts";

export const render: ServerModule["render"] = (name, props) =>
	renderToString(createSSRApp({ render: () => h(App, { name, props }) }));
