import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress, NotPublicError } from "./addresses.ts";
import { isNoRecord, nameServers } from "./name-servers.ts";
import { within } from "./within.ts";

/** Longest a look-up may take, in milliseconds: half of what a request has. */
const TIMEOUT = 5000;

/** Most addresses of each family that are tried: whoever owns a name may list thousands. */
const MAX_ADDRESSES = 4;

/**
 * Look-up of a connection that must lead to the public internet. It runs when the connection is
 * made, and that goes to the very addresses that were judged: what the name said before, or says
 * later, doesn't matter.
 */
export const publicLookup: LookupFunction = (hostname, { all }, callback) => {
	resolvePublic(hostname).then(
		([first, ...rest]) =>
			all ? callback(null, [first, ...rest]) : callback(null, first.address, first.family),
		(error) => callback(error, []),
	);
};

/** @throws where the name doesn't resolve in time, or one of its addresses is not public */
async function resolvePublic(name: string): Promise<[LookupAddress, ...LookupAddress[]]> {
	const [ipv4, ipv6] = await within(TIMEOUT, undefined, (signal) => {
		const servers = nameServers(signal);
		if (!servers) throw new Error("Names can't be looked up here.");
		return Promise.allSettled([servers.resolve4(name), servers.resolve6(name)]);
	});
	// IPv4 first: many servers have an IPv6 address that leads nowhere. Node tries the next one soon.
	const [first, ...rest] = [...addressesOf(ipv4, 4), ...addressesOf(ipv6, 6)];
	if (!first) throw failureOf([ipv4, ipv6]);
	if (![first, ...rest].every(({ address }) => isPublicAddress(address))) {
		throw new NotPublicError("The name leads to an address that is not public.");
	}
	return [first, ...rest];
}

const addressesOf = (found: PromiseSettledResult<string[]>, family: number): LookupAddress[] =>
	found.status === "rejected"
		? []
		: found.value.slice(0, MAX_ADDRESSES).map((address) => ({ address, family }));

/** Only where both families have none there is none: a server that didn't say may have one. */
function failureOf(lookups: PromiseSettledResult<string[]>[]): unknown {
	const reasons = lookups.flatMap((found) => (found.status === "rejected" ? [found.reason] : []));
	return reasons.find((reason) => !isNoRecord(reason)) ?? reasons[0] ?? new Error("No addresses");
}
