import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Network, startNetwork } from "@better-auth-bsky/devnet";
import { type AppServer, freePort, startNextApp } from "./app-server.ts";

/** A network and the example app on it. */
export interface DemoWorld {
	network: Network;
	app: AppServer;
	close(): Promise<void>;
}

/** Starts both, with nothing left from earlier runs. */
export async function startDemoWorld(wantedPort: number): Promise<DemoWorld> {
	const folder = await mkdtemp(join(tmpdir(), "bsky-demo-"));
	const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
	const close = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const network = await startNetwork({ dataDir: join(folder, "network") });
		undo.push(() => network.close());
		const app = await startNextApp({
			port: await freePort(wantedPort),
			databasePath: join(folder, "app.sqlite"),
			handleResolver: network.handleResolverUrl,
			plcDirectoryUrl: network.plcUrl,
		});
		undo.push(() => app.stop());
		return { network, app, close };
	} catch (error) {
		await close();
		throw error;
	}
}
