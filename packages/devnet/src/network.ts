import { type Account, type AccountOptions, createAccount, knownAccount } from "./accounts.ts";
import { newPdsSettings, openData } from "./data.ts";
import { DevnetError } from "./errors.ts";
import { startHandleResolver } from "./handle-resolver.ts";
import { assertFree, freePort } from "./listen.ts";
import type { NetworkOptions } from "./options.ts";
import { type Pds, startPds } from "./pds.ts";
import { type Plc, startPlc } from "./plc.ts";
import type { Service } from "./service.ts";
import type { LiveToken } from "./tokens.ts";

/** A running network. Everything listens on 127.0.0.1 only. */
export interface Network extends AsyncDisposable {
	readonly plcUrl: string;
	/** The first PDS. */
	readonly pdsUrl: string;
	/** Give this as `handleResolver` to an OAuth client: it knows the handles of every PDS here. */
	readonly handleResolverUrl: string;
	readonly plc: Plc;
	/** The first PDS. */
	readonly pds: Pds;
	readonly pdses: readonly Pds[];
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

		const accounts = settings.accounts.map((stored) =>
			knownAccount(stored, pdses[stored.pds] as Pds),
		);
		const network: Network = {
			plcUrl: plc.url,
			pdsUrl: (pdses[0] as Pds).url,
			handleResolverUrl: handleResolver.url,
			plc,
			pds: pdses[0] as Pds,
			pdses,
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
			close,
			[Symbol.asyncDispose]: close,
		};
		if (!settings.seeded) {
			for (const wanted of options.accounts ?? []) await network.createAccount(wanted);
			settings.seeded = true;
		}
		await data.save();
		return network;
	} catch (error) {
		await close();
		throw error;
	}
}
