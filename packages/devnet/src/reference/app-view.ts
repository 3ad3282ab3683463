import type { RequestListener } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { RepoSubscription } from "@atproto/bsky";
import { Secp256k1Keypair } from "@atproto/crypto";
import { APP_VIEW_DID, type AppViewConfig, type RunningAppView } from "../servers/app-view.ts";
import type { Place } from "../servers/listen.ts";
import type { Pds } from "../servers/pds.ts";
import { HttpService } from "../servers/service.ts";
import { Undo } from "../servers/undo.ts";
import { API_KEY, openDatabase, startBsync, startDataPlane } from "./backend.ts";
import { appViewConfig } from "./config.ts";
import { loadReference, type Pool, recount } from "./database.ts";

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
	const reference = await loadReference();
	const { bsky } = reference;
	const { place, plcUrl, postgresUrl: url, cacheDir, resolveHandle } = config;
	const { port } = place;
	const undo = new Undo();
	try {
		const { db, schema } = await openDatabase(reference, url, undo);
		const bsyncPort = await startBsync(reference, { url, db, schema }, undo);
		const { idResolver, planePort } = await startDataPlane(reference, { db, plcUrl }, undo);
		idResolver.handle.resolve = resolveHandle;

		const parts = { port, plcUrl, apiKey: API_KEY, bsyncPort, planePort, cacheDir };
		const server = bsky.BskyAppView.create({
			config: new bsky.ServerConfig(appViewConfig(parts)),
			signingKey: await Secp256k1Keypair.create(),
		});
		undo.add(() => server.destroy());
		server.ctx.idResolver.handle.resolve = resolveHandle;
		const bsyncSubscription = new bsky.BsyncSubscription({ config: server.ctx.cfg, db });
		undo.add(() => bsyncSubscription.destroy());
		bsyncSubscription.start();

		const subscribe = (service: string) => new bsky.RepoSubscription({ service, db, idResolver });
		const appView = new ReferenceAppView(place, server.app, subscribe, db.pool, undo);
		for (const pds of config.pdses) appView.watch(pds);
		await appView.start();
		return appView;
	} catch (error) {
		await undo.run().catch(() => {});
		throw error;
	}
}

class ReferenceAppView extends HttpService implements RunningAppView {
	readonly did = APP_VIEW_DID;
	readonly kind = "reference";
	readonly #subscribe: (service: string) => RepoSubscription;
	readonly #subscriptions = new Map<Pds, RepoSubscription>();
	readonly #pool: Pool;
	readonly #undo: Undo;

	constructor(
		place: Place,
		app: RequestListener,
		subscribe: (service: string) => RepoSubscription,
		pool: Pool,
		undo: Undo,
	) {
		// BskyAppView#start would listen on every interface.
		super("The AppView", place, app);
		this.#subscribe = subscribe;
		this.#pool = pool;
		this.#undo = undo;
	}

	watch(pds: Pds): void {
		const subscription = this.#subscribe(`ws://localhost:${pds.port}`);
		this.#subscriptions.set(pds, subscription);
		this.#undo.add(() => subscription.destroy());
		void subscription.start();
	}

	async settled(): Promise<void> {
		const deadline = Date.now() + SETTLE;
		for (const [pds, subscription] of this.#subscriptions) {
			if (!pds.running) continue;
			await pds.server.ctx.backgroundQueue.processAll();
			const last = (await pds.server.ctx.sequencer.curr()) ?? 0;
			while ((subscription.getCursor() ?? 0) < last) {
				if (Date.now() > deadline)
					throw new Error(`The AppView hasn't indexed all of ${pds.url} within ${SETTLE / 1000} s`);
				await wait(5);
			}
			await subscription.processAll();
		}
		await recount(this.#pool);
	}

	async close(): Promise<void> {
		this.#undo.add(() => this.stop());
		await this.#undo.run();
	}
}
