import { fileURLToPath } from "node:url";
import { type BrowserCommand, createViteServer } from "vitest/node";
import type { ServerModule } from "../driver.ts";
import type { Preferences } from "../kit/browser.ts";
import { conditions, type Plugins } from "./options.ts";
import type { tailwind as compile } from "./tailwind.ts";

const HERE = fileURLToPath(new URL("../..", import.meta.url));

/**
 * What a test in the page asks of Node.
 *
 * @param own packages to take from here, wherever they are imported
 */
export function commands(root: string, server: string, plugins: Plugins, own?: string[]) {
	let vite: ReturnType<typeof createViteServer> | undefined;
	const render: BrowserCommand<Parameters<ServerModule["render"]>> = async (_, name, props) => {
		// As an app's own server would: compiled for Node, packages from node_modules as they are.
		vite ??= createViteServer({
			// What is named in `dedupe` comes from the root.
			root: own ? HERE : root,
			configFile: false,
			plugins: plugins(),
			appType: "custom",
			server: { middlewareMode: true, watch: null, ws: false },
			optimizeDeps: { noDiscovery: true },
			resolve: own ? { dedupe: own } : {},
			ssr: { resolve: { conditions } },
		});
		const module = await (await vite).ssrLoadModule(`${root}/${server}`);
		return (module as ServerModule).render(name, props);
	};
	const tailwind: BrowserCommand<Parameters<typeof compile>> = async (_, css, classes) => {
		// Few tests need it.
		const { tailwind } = await import("./tailwind.ts");
		return tailwind(css, classes);
	};
	const prefer: BrowserCommand<[Preferences]> = ({ page }, preferences) =>
		page.emulateMedia({
			colorScheme: null,
			forcedColors: null,
			reducedMotion: null,
			media: null,
			...preferences,
		});
	return { prefer, render, tailwind };
}
