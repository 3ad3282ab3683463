import { setTimeout as wait } from "node:timers/promises";
import { Secp256k1Keypair } from "@atproto/crypto";
import { APP_VIEW_DID, type AppViewConfig, type RunningAppView } from "../servers/app-view.ts";
import { freePort, LOOPBACK } from "../servers/listen.ts";
import type { Pds } from "../servers/pds.ts";
import { serve } from "../servers/service.ts";
import { appViewConfig } from "./config.ts";
import { assertPostgres, loadReference, newSchema, type Pool } from "./database.ts";

/** How long {@link RunningAppView.settled} waits for the index, in milliseconds. */
const SETTLE = 30_000;

/** What the reference AppView needs beyond what the stand-in does. */
export interface ReferenceConfig extends AppViewConfig {
	postgresUrl: string;
	/** A folder for pictures it has scaled. */
	cacheDir: string;
	/** Stands in for DNS. */
	resolveHandle(handle: string): Promise<string | undefined>;
}

/**
 * Starts the reference AppView: its data plane and index on a PostgreSQL schema of its own, its mute
 * and notification service (bsync), a subscription to every PDS, and its API. Closing it drops what
 * it made in PostgreSQL.
 */
export async function startReference(config: ReferenceConfig): Promise<RunningAppView> {
	const { bsky, bsync } = await loadReference();
	const { port, plcUrl, postgresUrl: url, cacheDir } = config;
	const undo: (() => Promise<unknown>)[] = [];
	const close = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const schema = newSchema();
		const db = new bsky.Database({ url, schema, poolSize: 10 });
		undo.push(() => db.close());
		const pool = db.pool as Pool;
		await assertPostgres(pool, url);
		undo.push(() => pool.query(`drop schema if exists "${schema}" cascade`));
		await db.migrateToLatestOrThrow();

		const apiKey = "devnet";
		const bsyncPort = await freePort();
		const sync = await bsync.BsyncService.create(
			bsync.envToCfg({
				port: onLoopback(bsyncPort),
				apiKeys: [apiKey],
				dbUrl: url,
				dbSchema: `${schema}_sync`,
				dbPoolSize: 5,
			} as unknown as Parameters<typeof bsync.envToCfg>[0]),
		);
		undo.push(() => pool.query(`drop schema if exists "${schema}_sync" cascade`));
		undo.push(() => sync.destroy());
		await sync.ctx.db.migrateToLatestOrThrow();
		await sync.start();

		const planePort = await freePort();
		const plane = await bsky.DataPlaneServer.create(
			db,
			onLoopback(planePort),
			plcUrl,
			globalThis.fetch,
		);
		undo.push(() => plane.destroy());
		plane.idResolver.handle.resolve = config.resolveHandle;

		const settings = appViewConfig({ port, plcUrl, apiKey, bsyncPort, planePort, cacheDir });
		const server = bsky.BskyAppView.create({
			config: new bsky.ServerConfig(settings),
			signingKey: await Secp256k1Keypair.create(),
		});
		undo.push(() => server.destroy());
		server.ctx.idResolver.handle.resolve = config.resolveHandle;

		const bsyncSubscription = new bsky.BsyncSubscription({ config: server.ctx.cfg, db });
		undo.push(() => bsyncSubscription.destroy());
		bsyncSubscription.start();

		const subscriptions = new Map<Pds, InstanceType<typeof bsky.RepoSubscription>>();
		const watch = (pds: Pds) => {
			const service = `ws://localhost:${pds.port}`;
			const subscription = new bsky.RepoSubscription({ service, db, idResolver: plane.idResolver });
			subscriptions.set(pds, subscription);
			undo.push(() => subscription.destroy());
			void subscription.start();
		};
		for (const pds of config.pdses) watch(pds);

		// BskyAppView#start would listen on every interface.
		const service = await serve("The AppView", port, server.app);
		undo.push(() => service.stop());

		const settled = async () => {
			const deadline = Date.now() + SETTLE;
			for (const [pds, subscription] of subscriptions) {
				if (!pds.running) continue;
				await pds.server.ctx.backgroundQueue.processAll();
				const last = (await pds.server.ctx.sequencer.curr()) ?? 0;
				while ((subscription.getCursor() ?? 0) < last) {
					if (Date.now() > deadline)
						throw new Error(
							`The AppView hasn't indexed all of ${pds.url} within ${SETTLE / 1000} s`,
						);
					await wait(5);
				}
				await subscription.processAll();
			}
		};
		return Object.defineProperties(service, {
			did: { value: APP_VIEW_DID, enumerable: true },
			kind: { value: "reference", enumerable: true },
			settled: { value: settled },
			watch: { value: watch },
			close: { value: close },
		}) as RunningAppView;
	} catch (error) {
		await close();
		throw error;
	}
}

/** These servers hand what they call a port to `listen`, which takes an address, too. */
const onLoopback = (port: number) => ({ host: LOOPBACK, port }) as unknown as number;
