import { faultInWords } from "../faults/faults.ts";
import type { Network } from "../network.ts";

/** Everything a program wants to know of a network, for `--json` and for other processes. */
export type Description = Awaited<ReturnType<typeof describeNetwork>>;

export async function describeNetwork(network: Network) {
	return {
		plcUrl: network.plcUrl,
		pdsUrl: network.pdsUrl,
		pdses: network.pdses.map(({ url, handleDomain }) => ({ url, handleDomain })),
		appViewUrl: network.appViewUrl ?? null,
		appViewDid: network.appView?.did ?? null,
		appViewKind: network.appView?.kind ?? null,
		handleResolverUrl: network.handleResolverUrl,
		jetstreamUrl: network.jetstreamUrl,
		controlUrl: network.control?.url ?? null,
		accounts: network.accounts.map(({ handle, did, email, password, pds }) => ({
			...{ handle, did, email, password, pdsUrl: pds.url },
		})),
		// What an OAuth client takes, better-auth-bsky's and `@atproto/oauth-client-node`'s alike.
		config: {
			handleResolver: network.handleResolverUrl,
			plcDirectoryUrl: network.plcUrl,
			allowHttp: true,
		},
		published: network.published.map(({ origin, target, tlsPort, certificate, spki }) => ({
			...{ origin, target, tlsPort, certificate, spki },
		})),
		chromiumArgs: network.chromiumArgs,
		dataDir: network.dataDir,
		servers: network.servers,
		faults: (await network.faults()).map(({ server, fault }) => ({
			...{ server, fault: faultInWords(fault) },
		})),
		/** In milliseconds. */
		clockOffset: network.clock.offset,
	};
}
