import { newPdsSettings, openData } from "./data.ts";
import { DevnetError } from "./errors.ts";
import { type Jetstream, startJetstream } from "./jetstream/server.ts";
import type { Network } from "./network.ts";
import type { NetworkOptions } from "./options.ts";
import { chromiumArgs, type PublishedOrigin, publishOrigin } from "./origins/published-origins.ts";
import { type Account, createAccount, knownAccount } from "./people/accounts.ts";
import { populate } from "./people/seed.ts";
import { postgresUrl } from "./reference/database.ts";
import { APP_VIEW_DID, type RunningAppView } from "./servers/app-view.ts";
import { resolveHandle, startHandleResolver } from "./servers/handle-resolver.ts";
import { type Pds, startPds } from "./servers/pds.ts";
import { startPlc } from "./servers/plc.ts";
import { Ports } from "./servers/ports.ts";
import { ensureSqlite } from "./servers/sqlite.ts";
import { expireTokens, revokeTokens } from "./servers/tokens.ts";
import { startStandIn } from "./stand-in/app-view.ts";

/**
 * Starts a whole AT Protocol network in this process.
 *
 * @throws {DevnetError} when a port is taken or something an option asks for isn't there.
 */
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
	// The reference servers read this once, when they are loaded.
	if (options.verbose) process.env.LOG_ENABLED = "true";
	ensureSqlite();
	const data = await openData(options.dataDir);
	const { settings } = data;
	const ports = new Ports(data);
	const pdses: Pds[] = [];
	const published = new Set<PublishedOrigin>();
	const undo: (() => Promise<unknown>)[] = [];
	let appView: RunningAppView | undefined;
	let jetstream: Jetstream | undefined;
	const close = async () => {
		// The AppView first: it holds a connection to every PDS.
		const steps = [
			() => appView?.close(),
			...[...published].map((one) => () => one.unpublish()),
			...pdses.map((pds) => () => pds.stop()),
			...undo.splice(0).reverse(),
		];
		published.clear();
		const failed: unknown[] = [];
		for (const step of steps) await step()?.catch((error) => failed.push(error));
		await data.release();
		if (failed.length > 0) throw failed[0];
	};
	try {
		const plcPort = ports.choose("the PLC directory", settings.plcPort, options.plcPort);
		const plc = await startPlc(data.path("plc.jsonl"), plcPort);
		undo.push(() => plc.stop());
		settings.plcPort = plc.port;

		const { appView: kind = "stand-in" } = options;
		const wantsAppView = kind !== false && kind !== "none";
		const appViewPort = wantsAppView
			? await ports.reserve("The AppView", settings.appViewPort, options.appViewPort)
			: undefined;
		settings.appViewPort ??= appViewPort;

		const addPds = async (asked: number | undefined) => {
			const index = pdses.length;
			const name = index === 0 ? "The PDS" : `PDS ${index + 1}`;
			const kept = settings.pdses[index];
			const own = kept ?? newPdsSettings(0);
			own.port = await ports.reserve(name, kept?.port, asked);
			settings.pdses[index] = own;
			const pds = await startPds({
				name,
				dir: data.path(`pds-${index + 1}`),
				settings: own,
				handleDomain: index === 0 ? ".test" : `.pds${index + 1}.test`,
				plcUrl: plc.url,
				appView: appViewPort
					? { url: `http://localhost:${appViewPort}`, did: APP_VIEW_DID }
					: undefined,
				env: options.pdsEnv,
				onEvent: () => jetstream?.refresh(),
			});
			pdses.push(pds);
			appView?.watch(pds);
			await data.save();
			return pds;
		};
		const pdsPorts = [options.pdsPort ?? []].flat();
		const count = Math.max(options.pdsCount ?? 1, settings.pdses.length, 1);
		for (let index = 0; index < count; index++) await addPds(pdsPorts[index]);

		const handleResolver = await startHandleResolver(
			pdses,
			plc,
			ports.choose("the handle resolver", settings.handleResolverPort, options.handleResolverPort),
		);
		undo.push(() => handleResolver.stop());
		settings.handleResolverPort = handleResolver.port;

		const stream = await startJetstream(
			pdses,
			ports.choose("Jetstream", settings.jetstreamPort, options.jetstreamPort),
		);
		jetstream = stream;
		undo.push(() => stream.stop());
		settings.jetstreamPort = stream.port;

		if (appViewPort) {
			const config = { port: appViewPort, plcUrl: plc.url, pdses };
			if (kind === "reference") {
				const { startReference } = await import("./reference/app-view.ts");
				appView = await startReference({
					...config,
					postgresUrl: postgresUrl(options.postgresUrl),
					cacheDir: data.path("images"),
					resolveHandle: (handle) => resolveHandle(handle, pdses, plc),
				});
			} else appView = await startStandIn(config);
		}

		const accounts: Account[] = settings.accounts.map((stored) =>
			knownAccount(stored, pdses[stored.pds] as Pds),
		);
		const network: Network = {
			plcUrl: plc.url,
			pdsUrl: (pdses[0] as Pds).url,
			appViewUrl: appView?.url,
			handleResolverUrl: handleResolver.url,
			jetstreamUrl: `${stream.url.replace("http", "ws")}/subscribe`,
			plc,
			pds: pdses[0] as Pds,
			pdses,
			appView,
			handleResolver,
			jetstream: stream,
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
			settled: async () => appView?.settled(),
			async liveTokens(did) {
				const rows = await Promise.all(pdses.map((pds) => pds.liveTokens(did)));
				return rows.flat();
			},
			revoke: (did) => revokeTokens(network.account(did).pds.server, did),
			expire: (did) => expireTokens(network.account(did).pds.server, did),
			async publishOrigin(origin, target) {
				const one = await publishOrigin(origin, target);
				published.add(one);
				const unpublish = async () => {
					if (published.delete(one)) await one.unpublish();
				};
				return { ...one, unpublish };
			},
			get chromiumArgs() {
				return chromiumArgs([...published]);
			},
			close,
			[Symbol.asyncDispose]: close,
		};
		if (!settings.seeded) {
			await populate(network, options.accounts);
			settings.seeded = true;
		}
		await data.save();
		return network;
	} catch (error) {
		await close().catch(() => {});
		throw error;
	}
}
