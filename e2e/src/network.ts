import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Network, type NetworkOptions, startNetwork } from "@better-auth-bsky/devnet";
import {
	type ExampleApp,
	type ExampleName,
	type ExampleOptions,
	startExample,
} from "@better-auth-bsky/tools/examples";
import { afterAll, beforeAll } from "vitest";

/** What a test file has to itself. Everything in it is there once `beforeAll` has run. */
export interface World {
	network: Network;
	/** Starts an example app on the network; stopped with everything else. */
	startExample(name: ExampleName, options?: Partial<ExampleOptions>): Promise<ExampleApp>;
	/** To be done when the tests are over, the last one first. */
	undo(step: () => Promise<void>): void;
}

/** A network for a test file, and what belongs to it. */
export function useWorld(options?: NetworkOptions): World {
	const all = new AsyncDisposableStack();
	const undo: World["undo"] = (step) => all.defer(step);
	const world: Partial<World> = { undo };
	beforeAll(async () => {
		const folder = await mkdtemp(join(tmpdir(), "bsky-e2e-"));
		undo(() => rm(folder, { recursive: true, force: true }));
		const network = all.use(await startNetwork(options));
		world.network = network;
		let count = 0;
		world.startExample = async (name, options) => {
			const database = `file:${join(folder, `app-${++count}.sqlite`)}`;
			const app = await startExample(name, { database, network, ...options });
			undo(() => app.stop());
			return app;
		};
	});
	afterAll(() => all.disposeAsync());
	return world as World;
}
