import { resolve } from "node:path";
import type { BrowserCommand } from "vitest/node";
import type { ServerModule } from "../driver.ts";

/** What a test in the page asks of Node. */
export const commands = (server: string) => {
	const render: BrowserCommand<Parameters<ServerModule["render"]>> = async (
		{ project },
		name,
		props,
	) => {
		const module = await project.vite.ssrLoadModule(resolve(project.vitest.config.root, server));
		return (module as ServerModule).render(name, props);
	};
	return { render };
};
