import type { Network } from "./network.ts";
import type { NetworkOptions } from "./options.ts";

/**
 * Starts a whole AT Protocol network in this process.
 *
 * @throws {DevnetError} when a port is taken or something an option asks for isn't there.
 */
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
	// The reference servers read this once, when they are loaded: not before the next line.
	if (options.verbose) process.env.LOG_ENABLED = "true";
	const { LocalNetwork } = await import("./local-network.ts");
	return LocalNetwork.start(options);
}
