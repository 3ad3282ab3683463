import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./addresses.ts";
import { builtin } from "./runtime.ts";

/** Longest a look-up may take, in milliseconds: half of what a request has. */
const TIMEOUT = 5000;

/** How long one name server may think about it, in milliseconds, and how often it is asked. */
const PATIENCE = { timeout: 1500, tries: 2 };

/** Most addresses of each family that are tried: whoever owns a name may list thousands. */
const MAX_ADDRESSES = 4;

/**
 * Look-up of a connection that must lead to the public internet. It runs when the connection is
 * made, and that goes to the very addresses that were judged: what the name said before, or says
 * later, doesn't matter.
 *
 * Not `dns.lookup`, of which a process has a few threads' worth: names whose servers stay silent
 * would hold up every other look-up in it, a database driver's for one. So `/etc/hosts` isn't read;
 * it has no say in what is public.
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
	const dns = builtin("node:dns/promises");
	if (!dns) throw new Error("Names can't be looked up here.");
	const resolver = new dns.Resolver(PATIENCE);
	const timer = setTimeout(() => resolver.cancel(), TIMEOUT);
	const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
	clearTimeout(timer);
	// IPv4 first: many servers have an IPv6 address that leads nowhere. Node tries the next one soon.
	const [first, ...rest] = [...addressesOf(ipv4, 4), ...addressesOf(ipv6, 6)];
	if (!first) throw ipv4.status === "rejected" ? ipv4.reason : new Error("No addresses");
	if (![first, ...rest].every(({ address }) => isPublicAddress(address))) {
		throw new Error("The name leads to an address that is not public.");
	}
	return [first, ...rest];
}

const addressesOf = (found: PromiseSettledResult<string[]>, family: number): LookupAddress[] =>
	found.status === "rejected"
		? []
		: found.value.slice(0, MAX_ADDRESSES).map((address) => ({ address, family }));
