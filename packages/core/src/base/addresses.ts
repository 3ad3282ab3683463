import { builtin } from "./runtime.ts";

/** What of the address space is on nobody's public network: RFC 6890 and IANA's registries. */
const NOT_PUBLIC = {
	ipv4: [
		"0.0.0.0/8", // this network
		"10.0.0.0/8", // private
		"100.64.0.0/10", // carriers' own
		"127.0.0.0/8", // loopback
		"169.254.0.0/16", // link-local: cloud metadata
		"172.16.0.0/12", // private
		"192.0.0.0/24", // protocol assignments
		"192.0.2.0/24", // documentation
		"192.88.99.0/24", // 6to4 relays, given up
		"192.168.0.0/16", // private
		"198.18.0.0/15", // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24", // documentation
		"224.0.0.0/4", // multicast
		"240.0.0.0/4", // reserved, broadcast
	],
	ipv6: [
		"2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
		"2001:db8::/32", // documentation
		"2002::/16", // 6to4: an IPv4 address inside
		"3fff::/20", // documentation
	],
} as const;

/**
 * All that IPv6 has of global unicast. Outside are loopback, link-local, unique local and multicast
 * addresses, and those with an IPv4 address inside: mapped, compatible, NAT64.
 */
const GLOBAL_UNICAST = ["2000::/3"];

/** What was asked for is not on the public internet, and is not to be called. */
export class NotPublicError extends Error {
	override name = "NotPublicError";
}

/**
 * Whether an IP address is on the public internet. Where the runtime can't tell, none is: nobody's
 * server is named by its address alone.
 */
export function isPublicAddress(address: string): boolean {
	switch (net?.isIP(address)) {
		case 4:
			return !!notPublic && !notPublic.check(address, "ipv4");
		case 6:
			return !!global?.check(address, "ipv6") && !notPublic?.check(address, "ipv6");
	}
	return false;
}

/**
 * Whether the host of a URL may be on the public internet: a public address, or a name that isn't of
 * a local network by its ending. Where such a name leads is judged when it is looked up.
 *
 * @param hostname as `URL` has it, with each notation of an address turned into one
 */
export function isPublicHost(hostname: string): boolean {
	if (hostname.startsWith("[")) return isPublicAddress(hostname.slice(1, -1));
	if (/^[\d.]+$/.test(hostname)) return isPublicAddress(hostname);
	const labels = hostname.replace(/\.$/, "").split(".");
	return labels.length > 1 && !LOCAL.has(labels.at(-1) ?? "");
}

const LOCAL = new Set(["example", "internal", "invalid", "local", "localhost", "test"]);

const net = builtin("node:net");
const notPublic = listOf(NOT_PUBLIC.ipv4, NOT_PUBLIC.ipv6);
const global = listOf([], GLOBAL_UNICAST);

function listOf(ipv4: readonly string[], ipv6: readonly string[]) {
	if (!net) return null;
	const list = new net.BlockList();
	for (const [type, subnets] of [["ipv4", ipv4] as const, ["ipv6", ipv6] as const]) {
		for (const subnet of subnets) {
			const [address = "", prefix] = subnet.split("/");
			list.addSubnet(address, Number(prefix), type);
		}
	}
	return list;
}
