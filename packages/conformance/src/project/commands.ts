import { type BrowserCommand, createViteServer } from "vitest/node";
import type { ServerModule } from "../driver.ts";
import { conditions, type Plugins } from "./options.ts";

/** What a test in the page asks of Node. */
export function commands(root: string, server: string, plugins: Plugins) {
	let vite: ReturnType<typeof createViteServer> | undefined;
	const render: BrowserCommand<Parameters<ServerModule["render"]>> = async (_, name, props) => {
		// As an app's own server would: compiled for Node, packages from node_modules as they are.
		vite ??= createViteServer({
			root,
			configFile: false,
			plugins: plugins(),
			appType: "custom",
			server: { middlewareMode: true, watch: null, ws: false },
			optimizeDeps: { noDiscovery: true },
			ssr: { resolve: { conditions } },
		});
		const module = await (await vite).ssrLoadModule(server);
		return (module as ServerModule).render(name, props);
	};
	return { render };
}
