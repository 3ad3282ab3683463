import type { PDS } from "@atproto/pds";
import { byMachineTime } from "../clock.ts";
import { put, wrap } from "../habits/wrap.ts";

/**
 * What an app signs bears the time of the app's clock, which isn't the network's once that is ahead:
 * DPoP proofs and client assertions are checked by the machine's. Else a server would refuse as too old
 * whatever an app sends.
 */
export function checkByAppTime({ ctx: { oauthProvider } }: PDS): void {
	if (!oauthProvider) return;
	const { dpopManager, clientManager } = oauthProvider;
	const { checkProof, nextNonce } = dpopManager;
	// Whose `this` it is matters: a habit checks with nonces of its own.
	put(dpopManager, "checkProof", function (this: typeof dpopManager, ...args: CheckProof) {
		return byMachineTime(() => checkProof.apply(this, args));
	});
	put(dpopManager, "nextNonce", () => byMachineTime(() => nextNonce.call(dpopManager)));
	const seen = new WeakSet<object>();
	wrap(clientManager, "getClient", async (getClient, ...args) => {
		const client = Object(await getClient(...args));
		if (!seen.has(client)) {
			seen.add(client);
			wrap(client, "jwtVerify", (verify, ...given) => byMachineTime(() => verify(...given)));
		}
		return client;
	});
}

type Provider = NonNullable<PDS["ctx"]["oauthProvider"]>;
type CheckProof = Parameters<Provider["dpopManager"]["checkProof"]>;
