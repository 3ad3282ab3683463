import { LocalNetwork } from "./local-network.ts";
import type { Network } from "./network.ts";
import type { NetworkOptions } from "./options.ts";

/**
 * Starts a whole AT Protocol network in this process.
 *
 * @throws {DevnetError} when a port is taken or something an option asks for isn't there.
 */
export function startNetwork(options: NetworkOptions = {}): Promise<Network> {
	// The reference servers read this once, when they are loaded.
	if (options.verbose) process.env.LOG_ENABLED = "true";
	return LocalNetwork.start(options);
}
