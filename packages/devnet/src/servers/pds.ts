import { AsyncLocalStorage } from "node:async_hooks";
import { mkdir } from "node:fs/promises";
import type { PDS, ServerEnvironment } from "@atproto/pds";
import type { PdsSettings } from "../data.ts";
import { endedTokens } from "../habits/ended-tokens.ts";
import { HabitLayer } from "../habits/layer.ts";
import type { HabitName } from "../habits/names.ts";
import { checkByAppTime } from "./app-time.ts";
import { APP_VIEW_DID } from "./app-view.ts";
import { Gate, type Gated } from "./gate.ts";
import { closer, listening } from "./listen.ts";
import type { Service } from "./service.ts";
import { signInAtOnce } from "./sign-in.ts";
import { type Expiring, expireSessions, type LiveToken, liveTokens } from "./tokens.ts";

/** A personal data server: the reference implementation, `@atproto/pds`. */
export interface Pds extends Service {
	/** The server's own DID, `did:web:localhost%3A<port>`. */
	readonly did: string;
	/** What its handles end with, with the dot: `.test`, `.pds2.test`, ... */
	readonly handleDomain: string;
	/** Password of the server's `admin` account (HTTP basic authentication). */
	readonly adminPassword: string;
	/** The reference server itself, for what nothing here covers. Throws while the PDS is down. */
	readonly server: PDS;
	/**
	 * Makes the server behave as others do, in the ways that are named, until what comes back is
	 * called or disposed of. Each can be taken up at any time, several at once, and stays over a stop
	 * and a start.
	 *
	 * @throws {DevnetError} for a name that is none
	 */
	behave(...habits: HabitName[]): (() => void) & Disposable;
	/** Live OAuth sessions of `did`, read from the server's own token table, up or down. */
	liveTokens(did: string): Promise<LiveToken[]>;
	/** Lets what `did` has of OAuth sessions run out; see {@link Network.expire}. */
	expire(did: string, what?: Expiring): Promise<void>;
}

/** What a PDS is started with. */
export interface PdsConfig {
	name: string;
	/** The address it listens on. */
	host: string;
	dir: string;
	/** With its port, which is part of its identity. */
	settings: PdsSettings;
	handleDomain: string;
	plcUrl: string;
	/** Undefined without an AppView. */
	appViewPort: number | undefined;
	/** Any setting of the reference server, in the words of `ServerEnvironment`. */
	env?: ServerEnvironment | undefined;
	/** Called when there is something new in its event stream. */
	onEvent(): void;
}

/** Starts a PDS. */
export async function startPds(config: PdsConfig): Promise<Pds & Gated> {
	const pds = new ReferencePds(config);
	await pds.start();
	return pds;
}

class ReferencePds implements Pds, Gated {
	readonly gate = new Gate();
	readonly url: string;
	readonly port: number;
	readonly did: string;
	readonly handleDomain: string;
	readonly adminPassword: string;
	readonly #config: PdsConfig;
	readonly #habits = new HabitLayer();
	/** IDs of access tokens whose time was ended. */
	readonly #ended = new Set<string>();
	/** By the clock of the network that made it, whoever starts it again. */
	readonly #within = AsyncLocalStorage.snapshot();
	#up: { server: PDS; close(): Promise<void> } | undefined;

	constructor(config: PdsConfig) {
		const { port, adminPassword } = config.settings;
		this.url = `http://localhost:${port}`;
		this.port = port;
		this.did = config.env?.serviceDid ?? `did:web:localhost%3A${port}`;
		this.handleDomain = config.handleDomain;
		this.adminPassword = adminPassword;
		this.#config = config;
	}

	get running(): boolean {
		return this.#up !== undefined;
	}

	get server(): PDS {
		if (!this.#up) throw new Error(`${this.#config.name} is down`);
		return this.#up.server;
	}

	behave(...habits: HabitName[]): (() => void) & Disposable {
		return this.#habits.behave(...habits);
	}

	start(): Promise<void> {
		return this.#within(() => this.#start());
	}

	async #start(): Promise<void> {
		if (this.#up) return;
		const { name, host, dir, onEvent } = this.#config;
		await mkdir(dir, { recursive: true });
		const { PDS } = await import("@atproto/pds");
		const server = await PDS.fromEnv(environment(this.did, this.#config));
		signInAtOnce(server);
		checkByAppTime(server);
		try {
			await server.ctx.sequencer.start();
			// PDS#start would listen on every interface.
			const http = server.app.listen(this.port, host);
			const close = closer(http);
			this.#habits.stand(server, http);
			this.gate.stand(http);
			await listening(http, name, this.port);
			this.#up = { server, close };
			// It tells its crawlers at once, and who listens to its event stream up to a second later.
			const { crawlers } = server.ctx;
			const notify = crawlers.notifyOfUpdate.bind(crawlers);
			crawlers.notifyOfUpdate = () => {
				notify();
				onEvent();
			};
			onEvent();
		} catch (error) {
			await server.ctx.destroy();
			throw error;
		}
	}

	async stop(): Promise<void> {
		const stopping = this.#up;
		this.#up = undefined;
		await stopping?.close();
		await stopping?.server.ctx.destroy();
	}

	liveTokens(did: string): Promise<LiveToken[]> {
		return liveTokens(this.#up?.server, `${this.#config.dir}/account.sqlite`, did);
	}

	async expire(did: string, what: Expiring = "session"): Promise<void> {
		if (what !== "access-token") return expireSessions(this.server, did, what);
		if (this.#ended.size === 0) this.#habits.add(new Map([["ended", endedTokens(this.#ended)]]));
		for (const { tokenId } of await this.liveTokens(did)) this.#ended.add(tokenId);
	}
}

function environment(
	serviceDid: string,
	{ dir, settings, appViewPort, ...config }: PdsConfig,
): ServerEnvironment {
	const appViewUrl = appViewPort ? `http://localhost:${appViewPort}` : undefined;
	return {
		devMode: true,
		port: settings.port,
		// Anything but "localhost" would make the issuer an https URL.
		hostname: "localhost",
		serviceDid,
		serviceName: config.name,
		serviceHandleDomains: [config.handleDomain],
		dataDirectory: dir,
		blobstoreDiskLocation: `${dir}/blobs`,
		blobstoreDiskTmpLocation: `${dir}/blobs-temp`,
		didPlcUrl: config.plcUrl,
		bskyAppViewUrl: appViewUrl,
		bskyAppViewDid: appViewUrl && APP_VIEW_DID,
		bskyAppViewCdnUrlPattern: appViewUrl && `${appViewUrl}/img/%s/plain/%s/%s`,
		jwtSecret: settings.jwtSecret,
		dpopSecret: settings.dpopSecret,
		adminPassword: settings.adminPassword,
		plcRotationKeyK256PrivateKeyHex: settings.plcRotationKey,
		inviteRequired: false,
		disableSsrfProtection: true,
		crawlers: [],
		// The reference AppView indexes from the beginning at every start.
		repoBackfillLimitMs: 100 * 365 * 24 * 60 * 60 * 1000,
		...config.env,
	};
}
