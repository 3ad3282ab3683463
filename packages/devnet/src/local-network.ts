import { type Data, openData } from "./data.ts";
import { DevnetError } from "./errors.ts";
import type { Network } from "./network.ts";
import type { NetworkOptions } from "./options.ts";
import { type PublishedOrigin, PublishedOrigins } from "./origins/published-origins.ts";
import {
	type Account,
	type AccountOptions,
	createAccount,
	knownAccount,
} from "./people/accounts.ts";
import { populate } from "./people/seed.ts";
import type { AppView } from "./servers/app-view.ts";
import type { Pds } from "./servers/pds.ts";
import type { Plc } from "./servers/plc.ts";
import type { Service } from "./servers/service.ts";
import { ensureSqlite } from "./servers/sqlite.ts";
import { expireTokens, type LiveToken, revokeTokens } from "./servers/tokens.ts";
import { Undo } from "./servers/undo.ts";
import { type Servers, startServers } from "./start-servers.ts";

/** A network whose servers run in this process. */
export class LocalNetwork implements Network {
	readonly plc: Plc;
	readonly plcUrl: string;
	readonly pds: Pds;
	readonly pdsUrl: string;
	readonly pdses: readonly Pds[];
	readonly appView: AppView | undefined;
	readonly appViewUrl: string | undefined;
	readonly handleResolver: Service;
	readonly handleResolverUrl: string;
	readonly jetstream: Service;
	readonly jetstreamUrl: string;
	readonly accounts: Account[];
	readonly dataDir: string;
	readonly #data: Data;
	readonly #servers: Servers;
	readonly #origins = new PublishedOrigins();
	readonly #undo: Undo;

	static async start(options: NetworkOptions): Promise<LocalNetwork> {
		ensureSqlite();
		const data = await openData(options.dataDir);
		const undo = new Undo();
		undo.add(() => data.release());
		try {
			const servers = await startServers(options, data, undo);
			const network = new LocalNetwork(data, servers, undo);
			if (!data.settings.seeded) await populate(network, options.accounts);
			data.settings.seeded = true;
			await data.save();
			return network;
		} catch (error) {
			await undo.run().catch(() => {});
			throw error;
		}
	}

	private constructor(data: Data, servers: Servers, undo: Undo) {
		const { plc, pdses, appView, handleResolver, jetstream } = servers;
		this.plc = plc;
		this.plcUrl = plc.url;
		this.pds = pdses.at(0);
		this.pdsUrl = this.pds.url;
		this.pdses = pdses.list;
		this.appView = appView;
		this.appViewUrl = appView?.url;
		this.handleResolver = handleResolver;
		this.handleResolverUrl = handleResolver.url;
		this.jetstream = jetstream;
		this.jetstreamUrl = `${jetstream.url.replace("http", "ws")}/subscribe`;
		this.accounts = data.settings.accounts.map((one) => knownAccount(one, pdses.at(one.pds)));
		this.dataDir = data.dir;
		this.#data = data;
		this.#servers = servers;
		this.#undo = undo;
		undo.add(() => this.#origins.close());
		// Each can be handed on by itself: `handles.map(network.account)`.
		this.account = this.account.bind(this);
		this.createAccount = this.createAccount.bind(this);
		this.addPds = this.addPds.bind(this);
		this.settled = this.settled.bind(this);
		this.liveTokens = this.liveTokens.bind(this);
		this.revoke = this.revoke.bind(this);
		this.expire = this.expire.bind(this);
		this.publishOrigin = this.publishOrigin.bind(this);
		this.close = this.close.bind(this);
	}

	account(wanted: string): Account {
		const found = this.accounts.find(({ did, handle }) => did === wanted || handle === wanted);
		if (!found) throw new DevnetError(`Nobody on this network is "${wanted}"`);
		return found;
	}

	async createAccount(wanted: AccountOptions): Promise<Account> {
		const account = await createAccount(wanted, this.pdses);
		this.accounts.push(account);
		const { did, handle, password, email, pds } = account;
		const stored = { did, handle, password, email, pds: this.pdses.indexOf(pds) };
		this.#data.settings.accounts.push(stored);
		await this.#data.save();
		return account;
	}

	async addPds({ port = 0 }: { port?: number } = {}): Promise<Pds> {
		const { pdses, appView } = this.#servers;
		const pds = await pdses.add(port);
		appView?.watch(pds);
		return pds;
	}

	async settled(): Promise<void> {
		await this.#servers.appView?.settled();
	}

	async liveTokens(did: string): Promise<LiveToken[]> {
		const rows = await Promise.all(this.pdses.map((pds) => pds.liveTokens(did)));
		return rows.flat();
	}

	async revoke(wanted: string): Promise<void> {
		const { pds, did } = this.account(wanted);
		await revokeTokens(pds.server, did);
	}

	async expire(wanted: string): Promise<void> {
		const { pds, did } = this.account(wanted);
		await expireTokens(pds.server, did);
	}

	publishOrigin(origin: string, target: string | number): Promise<PublishedOrigin> {
		return this.#origins.publish(origin, target);
	}

	get chromiumArgs(): readonly string[] {
		return this.#origins.chromiumArgs;
	}

	close(): Promise<void> {
		return this.#undo.run();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}
