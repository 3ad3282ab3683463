import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Network, startNetwork } from "@better-auth-bsky/devnet";
import {
	EXAMPLES,
	type ExampleApp,
	type ExampleName,
	startExample,
} from "@better-auth-bsky/tools/examples";
import { freePort } from "@better-auth-bsky/tools/free-port";

/** A network and the example apps on it. */
export interface DemoWorld {
	network: Network;
	apps: readonly ExampleApp[];
	close(): Promise<void>;
}

/** Starts all of it, with nothing left from earlier runs. */
export async function startDemoWorld(names: readonly ExampleName[]): Promise<DemoWorld> {
	const folder = await mkdtemp(join(tmpdir(), "bsky-demo-"));
	const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
	const close = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const network = await startNetwork({ dataDir: join(folder, "network"), pdsCount: 2 });
		undo.push(() => network.close());
		const apps: ExampleApp[] = [];
		for (const name of names) {
			const port = await freePort(EXAMPLES[name].port);
			const database = `file:${join(folder, `${name}.sqlite`)}`;
			const app = await startExample(name, { port, database, network });
			undo.push(() => app.stop());
			apps.push(app);
		}
		return { network, apps, close };
	} catch (error) {
		await close();
		throw error;
	}
}
