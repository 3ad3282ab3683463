import { type Clock, NetworkClock } from "./clock.ts";
import { startControl } from "./control/server.ts";
import { type Data, openData } from "./data.ts";
import { DevnetError } from "./errors.ts";
import { type Fault, type FaultInForce, Faults, kindOf } from "./faults/faults.ts";
import type { ControlAddress, Network } from "./network.ts";
import type { NetworkOptions } from "./options.ts";
import { type PublishedOrigin, PublishedOrigins } from "./origins/published-origins.ts";
import {
	type Account,
	type AccountOptions,
	createAccount,
	knownAccount,
} from "./people/accounts.ts";
import { populate } from "./people/seed.ts";
import { sow } from "./people/sow.ts";
import type { AppView } from "./servers/app-view.ts";
import type { Gated } from "./servers/gate.ts";
import type { Pds } from "./servers/pds.ts";
import type { Plc } from "./servers/plc.ts";
import type { Service } from "./servers/service.ts";
import { ensureSqlite } from "./servers/sqlite.ts";
import { type Expiring, type LiveToken, revokeTokens } from "./servers/tokens.ts";
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
	readonly clock: Clock;
	control: ControlAddress | undefined;
	readonly #clock: NetworkClock;
	readonly #data: Data;
	readonly #faults: Faults;
	readonly #servers: Servers;
	readonly #origins = new PublishedOrigins();
	readonly #undo: Undo;

	static start(options: NetworkOptions): Promise<LocalNetwork> {
		const clock = new NetworkClock();
		return clock.run(() => LocalNetwork.#start(options, clock));
	}

	static async #start(options: NetworkOptions, clock: NetworkClock): Promise<LocalNetwork> {
		ensureSqlite();
		const { seed, accounts = seed ? [] : undefined } = options;
		// What is wrong with it is said at once.
		const rows = seed && (await (await import("./people/read-seed.ts")).readSeed(seed));
		const data = await openData(options.dataDir);
		const undo = new Undo();
		undo.add(() => data.release());
		undo.add(() => clock.reset());
		try {
			const servers = await startServers(options, data, undo);
			const network = new LocalNetwork(data, servers, clock, undo);
			if (!data.settings.seeded) await populate(network, accounts);
			if (rows) await sow(network, rows);
			data.settings.seeded = true;
			if (options.controlPort !== undefined) await network.#startControl(options);
			await data.save();
			return network;
		} catch (error) {
			await undo.run().catch(() => {});
			throw error;
		}
	}

	private constructor(data: Data, servers: Servers, clock: NetworkClock, undo: Undo) {
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
		this.clock = clock;
		this.#clock = clock;
		this.#data = data;
		this.#faults = new Faults(() => byName(servers));
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
		this.fault = this.fault.bind(this);
		this.faults = this.faults.bind(this);
		this.clearFaults = this.clearFaults.bind(this);
		this.publishOrigin = this.publishOrigin.bind(this);
		this.close = this.close.bind(this);
	}

	async #startControl(options: NetworkOptions): Promise<void> {
		const { settings } = this.#data;
		const controlPort = options.controlPort || settings.controlPort || 0;
		this.control = await startControl(this, { ...options, controlPort }, this.#undo);
		settings.controlPort = Number(new URL(this.control.url).port);
	}

	account(wanted: string): Account {
		const found = this.accounts.find(({ did, handle }) => did === wanted || handle === wanted);
		if (!found) throw new DevnetError(`Nobody on this network is "${wanted}"`);
		return found;
	}

	async createAccount(wanted: AccountOptions): Promise<Account> {
		const account = await this.#clock.run(() => createAccount(wanted, this.pdses));
		this.accounts.push(account);
		const { did, handle, password, email, pds } = account;
		const stored = { did, handle, password, email, pds: this.pdses.indexOf(pds) };
		this.#data.settings.accounts.push(stored);
		await this.#data.save();
		return account;
	}

	async addPds({ port = 0 }: { port?: number } = {}): Promise<Pds> {
		const { pdses, appView } = this.#servers;
		const pds = await this.#clock.run(() => pdses.add(port));
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

	async expire(wanted: string, what?: Expiring): Promise<void> {
		const { pds, did } = this.account(wanted);
		await pds.expire(did, what);
	}

	async fault(server: string, fault: Fault): Promise<() => Promise<void>> {
		await this.#faults.set(server, fault);
		return () => this.#faults.clear(server, kindOf(fault));
	}

	async faults(): Promise<FaultInForce[]> {
		return this.#faults.list;
	}

	clearFaults(server?: string, kind?: string): Promise<void> {
		return this.#faults.clear(server, kind);
	}

	publishOrigin(origin: string, target: string | number): Promise<PublishedOrigin> {
		return this.#origins.publish(origin, target);
	}

	get published(): readonly PublishedOrigin[] {
		return this.#origins.list;
	}

	get servers(): readonly string[] {
		return this.#faults.servers;
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

/** Every server by the name that it has in commands. */
function byName(servers: Servers): Map<string, Service & Gated> {
	const { plc, pdses, appView, handleResolver, jetstream } = servers;
	const named = new Map<string, Service & Gated>([["plc", plc]]);
	for (const [index, pds] of pdses.list.entries()) named.set(`pds${index ? index + 1 : ""}`, pds);
	if (appView) named.set("appview", appView);
	return named.set("resolver", handleResolver).set("jetstream", jetstream);
}
