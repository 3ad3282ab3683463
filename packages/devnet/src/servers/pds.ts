import { mkdir } from "node:fs/promises";
import type { PDS, ServerEnvironment } from "@atproto/pds";
import type { PdsSettings } from "../data.ts";
import { closer, LOOPBACK, listening } from "./listen.ts";
import type { Service } from "./service.ts";
import { type LiveToken, liveTokens } from "./tokens.ts";

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
	/** Live OAuth sessions of `did`, read from the server's own token table, up or down. */
	liveTokens(did: string): Promise<LiveToken[]>;
}

/** What a PDS is started with. */
export interface PdsConfig {
	name: string;
	dir: string;
	settings: PdsSettings;
	handleDomain: string;
	plcUrl: string;
	appView?: { url: string; did: string } | undefined;
	/** Any setting of the reference server, in the words of `ServerEnvironment`. */
	env?: ServerEnvironment | undefined;
	/** Called when there is something new in its event stream. */
	onEvent(): void;
}

/** Starts a PDS. Its port is part of its identity, so it must be known before. */
export async function startPds(config: PdsConfig): Promise<Pds> {
	const { name, settings } = config;
	const { port } = settings;
	const env = environment(config);
	await mkdir(config.dir, { recursive: true });
	let up: { pds: PDS; close(): Promise<void> } | undefined;

	const start = async () => {
		const { PDS } = await import("@atproto/pds");
		const pds = await PDS.fromEnv(env);
		try {
			await pds.ctx.sequencer.start();
			// PDS#start would listen on every interface.
			const server = pds.app.listen(port, LOOPBACK);
			const close = closer(server);
			await listening(server, name, port);
			up = { pds, close };
			// It tells its crawlers at once, and who listens to its event stream up to a second later.
			const { crawlers } = pds.ctx;
			const notify = crawlers.notifyOfUpdate.bind(crawlers);
			crawlers.notifyOfUpdate = () => {
				notify();
				config.onEvent();
			};
			config.onEvent();
		} catch (error) {
			await pds.ctx.destroy();
			throw error;
		}
	};
	await start();

	return {
		url: `http://localhost:${port}`,
		port,
		did: env.serviceDid as string,
		handleDomain: config.handleDomain,
		adminPassword: settings.adminPassword,
		get running() {
			return up !== undefined;
		},
		get server() {
			if (!up) throw new Error(`${name} is down`);
			return up.pds;
		},
		liveTokens: (did) => liveTokens(up?.pds, `${config.dir}/account.sqlite`, did),
		async start() {
			if (!up) await start();
		},
		async stop() {
			const stopping = up;
			up = undefined;
			await stopping?.close();
			await stopping?.pds.ctx.destroy();
		},
	};
}

function environment({ dir, settings, appView, ...config }: PdsConfig): ServerEnvironment {
	return {
		devMode: true,
		port: settings.port,
		// Anything but "localhost" would make the issuer an https URL.
		hostname: "localhost",
		serviceDid: `did:web:localhost%3A${settings.port}`,
		serviceName: config.name,
		serviceHandleDomains: [config.handleDomain],
		dataDirectory: dir,
		blobstoreDiskLocation: `${dir}/blobs`,
		blobstoreDiskTmpLocation: `${dir}/blobs-temp`,
		didPlcUrl: config.plcUrl,
		bskyAppViewUrl: appView?.url,
		bskyAppViewDid: appView?.did,
		bskyAppViewCdnUrlPattern: appView && `${appView.url}/img/%s/plain/%s/%s`,
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
