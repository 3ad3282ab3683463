import type { NetworkOptions } from "../options.ts";
import { startNetwork } from "../start.ts";

/**
 * A `globalSetup`, of Playwright Test or of Vitest, that starts one network for all workers: their
 * `devnet` fixture finds it. Where it needs no options, name `@better-auth-bsky/devnet/global-setup`
 * itself in the configuration.
 */
export const globalSetup =
	(options: NetworkOptions = {}) =>
	async (): Promise<() => Promise<void>> => {
		const network = await startNetwork({ accounts: [], ...options, controlPort: 0 });
		// Workers are started with the environment of this process.
		process.env.BSKY_DEVNET_URL = network.control?.url;
		process.env.BSKY_DEVNET_TOKEN = network.control?.token;
		return async () => {
			delete process.env.BSKY_DEVNET_URL;
			delete process.env.BSKY_DEVNET_TOKEN;
			await network.close();
		};
	};

/** One network without options for all workers. */
const setup = globalSetup();
export default setup;
