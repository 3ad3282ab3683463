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
	await using begun = new AsyncDisposableStack();
	const folder = await mkdtemp(join(tmpdir(), "bsky-demo-"));
	begun.defer(() => rm(folder, { recursive: true, force: true }));
	const dataDir = join(folder, "network");
	const network = begun.use(await startNetwork({ dataDir, pdsCount: 2 }));
	const apps: ExampleApp[] = [];
	for (const name of names) {
		const port = await freePort(EXAMPLES[name].port);
		const database = `file:${join(folder, `${name}.sqlite`)}`;
		const app = await startExample(name, { port, database, network });
		begun.defer(() => app.stop());
		apps.push(app);
	}
	const all = begun.move();
	return { network, apps, close: () => all.disposeAsync() };
}
