import { commands } from "vitest/browser";
import type { ComponentName, Components, ServerModule } from "./driver.ts";

declare module "vitest/browser" {
	interface BrowserCommands {
		render(...args: Parameters<ServerModule["render"]>): Promise<string>;
	}
}

/** A driver's `renderToString`: the project's `server` module does it, in Node. */
export const renderOnServer = <N extends ComponentName>(
	name: N,
	props: Components[N],
): Promise<string> => commands.render(name, { ...props });
