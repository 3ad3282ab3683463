import { type Account, type AccountOptions, createAccount, knownAccount } from "./accounts.ts";
import { APP_VIEW_DID, type AppView, startStandIn } from "./app-view.ts";
import { newPdsSettings, openData } from "./data.ts";
import { DevnetError } from "./errors.ts";
import { startHandleResolver } from "./handle-resolver.ts";
import { assertFree, freePort } from "./listen.ts";
import type { NetworkOptions } from "./options.ts";
import { type Pds, startPds } from "./pds.ts";
import { type Plc, startPlc } from "./plc.ts";
import { chromiumArgs, type PublishedOrigin, publishOrigin } from "./published-origins.ts";
import { followEachOther, READY_MADE } from "./seed.ts";
import type { Service } from "./service.ts";
import type { LiveToken } from "./tokens.ts";

/** A running network. Everything listens on 127.0.0.1 only. */
export interface Network extends AsyncDisposable {
	readonly plcUrl: string;
	/** The first PDS. */
	readonly pdsUrl: string;
	/** Undefined without an AppView. */
	readonly appViewUrl: string | undefined;
	/** Give this as `handleResolver` to an OAuth client: it knows the handles of every PDS here. */
	readonly handleResolverUrl: string;
	readonly plc: Plc;
	/** The first PDS. */
	readonly pds: Pds;
	readonly pdses: readonly Pds[];
	/** Undefined without an AppView. */
	readonly appView: AppView | undefined;
	readonly handleResolver: Service;
	/** Everybody made by this network, the ready-made ones first. */
	readonly accounts: readonly Account[];
	/** The folder with its data. */
	readonly dataDir: string;
	/** The account with this handle or DID. Throws if there is none. */
	account(handleOrDid: string): Account;
	createAccount(options: AccountOptions): Promise<Account>;
	/** Starts one more PDS; its handles end with `.pds2.test`, `.pds3.test`, ... */
	addPds(options?: { port?: number }): Promise<Pds>;
	/**
	 * The live OAuth sessions of an account, read from the token table of its PDS: the judge of what
	 * is live. Empty once everything is revoked.
	 */
	liveTokens(did: string): Promise<LiveToken[]>;
	/**
	 * Makes a public https origin that you invent lead to a port of this machine: for this process,
	 * so a PDS here finds the client metadata and keys there, and, with {@link chromiumArgs}, for a
	 * browser, TLS included. With it an app runs its production configuration offline.
	 *
	 * @param origin `https://my-app.dev`, on a name that is neither local nor reserved.
	 * @param target A port of 127.0.0.1, or `http://127.0.0.1:3000`.
	 */
	publishOrigin(origin: string, target: string | number): Promise<PublishedOrigin>;
	/**
	 * Switches for a Chromium that is to reach the published origins; none without such. Chromium
	 * heeds the second one only with `--user-data-dir` (Playwright and Puppeteer always give it).
	 */
	readonly chromiumArgs: readonly string[];
	/** Stops everything and gives back everything. A temporary data folder is removed. */
	close(): Promise<void>;
}

/** Starts a whole AT Protocol network in this process. */
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
	// The reference servers read this once, when they are loaded.
	if (options.verbose) process.env.LOG_ENABLED = "true";
	const data = await openData(options.dataDir);
	const { settings } = data;
	const undo: (() => Promise<void>)[] = [() => data.release()];
	const close = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const port = (kept: number | undefined, asked: number | undefined, what: string) => {
			if (kept && asked && kept !== asked)
				throw new DevnetError(
					`${data.dir} holds a network whose ${what} is on port ${kept}, and the DIDs in it say so. Start it with that port instead of ${asked}, or use another folder.`,
				);
			return kept ?? asked ?? 0;
		};
		const plc = await startPlc(
			data.path("plc.jsonl"),
			port(settings.plcPort, options.plcPort, "PLC directory"),
		);
		undo.push(() => plc.stop());
		settings.plcPort = plc.port;

		let appViewConfig: { url: string; did: string; port: number } | undefined;
		if (options.appView !== false && options.appView !== "none") {
			// The PDSes are told where it is before it starts.
			const chosen =
				port(settings.appViewPort, options.appViewPort, "AppView") || (await freePort());
			await assertFree("The AppView", chosen);
			settings.appViewPort = chosen;
			appViewConfig = { url: `http://localhost:${chosen}`, did: APP_VIEW_DID, port: chosen };
		}

		const pdses: Pds[] = [];
		const addPds = async (asked: number | undefined) => {
			const index = pdses.length;
			const kept = settings.pdses[index];
			const name = index === 0 ? "The PDS" : `PDS ${index + 1}`;
			const chosen = port(kept?.port, asked, "PDS") || (await freePort());
			await assertFree(name, chosen);
			const own = kept ?? newPdsSettings(chosen);
			settings.pdses[index] = own;
			const pds = await startPds({
				name,
				dir: data.path(`pds-${index + 1}`),
				settings: own,
				handleDomain: index === 0 ? ".test" : `.pds${index + 1}.test`,
				plcUrl: plc.url,
				appView: appViewConfig,
				env: options.pdsEnv,
			});
			undo.push(() => pds.stop());
			pdses.push(pds);
			await data.save();
			return pds;
		};
		const ports = [options.pdsPort ?? []].flat();
		const count = Math.max(options.pdsCount ?? 1, settings.pdses.length, 1);
		for (let index = 0; index < count; index++) await addPds(ports[index]);

		const handleResolver = await startHandleResolver(
			pdses,
			plc,
			port(settings.handleResolverPort, options.handleResolverPort, "handle resolver"),
		);
		undo.push(() => handleResolver.stop());
		settings.handleResolverPort = handleResolver.port;

		const appView =
			appViewConfig && (await startStandIn({ port: appViewConfig.port, plcUrl: plc.url, pdses }));
		if (appView) undo.push(() => appView.stop());

		const accounts = settings.accounts.map((stored) =>
			knownAccount(stored, pdses[stored.pds] as Pds),
		);
		const published = new Set<PublishedOrigin>();
		const network: Network = {
			plcUrl: plc.url,
			pdsUrl: (pdses[0] as Pds).url,
			appViewUrl: appView?.url,
			handleResolverUrl: handleResolver.url,
			plc,
			pds: pdses[0] as Pds,
			pdses,
			appView,
			handleResolver,
			accounts,
			dataDir: data.dir,
			account(wanted) {
				const found = accounts.find(({ did, handle }) => did === wanted || handle === wanted);
				if (!found) throw new DevnetError(`Nobody on this network is "${wanted}"`);
				return found;
			},
			async createAccount(wanted) {
				const account = await createAccount(wanted, pdses);
				accounts.push(account);
				const { did, handle, password, email, pds } = account;
				settings.accounts.push({ did, handle, password, email, pds: pdses.indexOf(pds) });
				await data.save();
				return account;
			},
			addPds: ({ port } = {}) => addPds(port),
			async liveTokens(did) {
				const rows = await Promise.all(pdses.map((pds) => pds.liveTokens(did)));
				return rows.flat();
			},
			async publishOrigin(origin, target) {
				const one = await publishOrigin(origin, target);
				published.add(one);
				undo.push(async () => {
					if (published.delete(one)) await one.unpublish();
				});
				return {
					...one,
					unpublish: async () => {
						if (published.delete(one)) await one.unpublish();
					},
				};
			},
			get chromiumArgs() {
				return chromiumArgs([...published]);
			},
			close,
			[Symbol.asyncDispose]: close,
		};
		if (!settings.seeded) {
			const wanted = options.accounts ?? READY_MADE.slice(0, 3 + Number(pdses.length > 1));
			for (const one of wanted) await network.createAccount(one);
			if (!options.accounts) await followEachOther(accounts);
			await appView?.settled();
			settings.seeded = true;
		}
		await data.save();
		return network;
	} catch (error) {
		await close();
		throw error;
	}
}
