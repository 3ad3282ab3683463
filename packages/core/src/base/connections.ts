import type { buildConnector } from "undici/index.js";

type Connect = buildConnector.connector;

/** Most connections at a time. */
export interface MostConnections {
	all: number;
	/** To one host, whichever ports of it. */
	perHost: number;
}

/**
 * Makes no more connections at a time than `most`. Whoever comes when all are in use waits for one to
 * close, up to `patience` milliseconds: by then nobody waits for what it was wanted for.
 *
 * A host is a name. Neither an address nor a site counts as one: behind an address may be a whole
 * content delivery network, and below `bsky.network` are the servers of most people, so that whoever is
 * silent there would take everybody's connections. Of names somebody may have many, and of domains,
 * too; what those hold is bounded by `all`, and for no longer than a request has.
 */
export function atMost(most: MostConnections, patience: number, connect: Connect): Connect {
	let open = 0;
	const hosts = new Map<string, number>();
	let waiting: { until: number; go: Parameters<Connect> }[] = [];

	const isFree = (host: string) => open < most.all && (hosts.get(host) ?? 0) < most.perHost;
	const count = (host: string, more: 1 | -1) => {
		open += more;
		const now = (hosts.get(host) ?? 0) + more;
		if (now === 0) hosts.delete(host);
		else hosts.set(host, now);
	};
	const free = (host: string) => {
		count(host, -1);
		const waited = waiting;
		waiting = [];
		for (const each of waited) {
			if (each.until <= Date.now()) each.go[1](new Error("No connection was free in time."), null);
			else if (isFree(hostOf(each.go[0]))) take(...each.go);
			else waiting.push(each);
		}
	};
	const take: Connect = (options, callback) => {
		const host = hostOf(options);
		count(host, 1);
		connect(options, (...outcome) => {
			const [error, socket] = outcome;
			if (error) free(host);
			else socket.once("close", () => free(host));
			callback(...outcome);
		});
	};
	return (...go) => {
		if (isFree(hostOf(go[0]))) take(...go);
		else waiting.push({ until: Date.now() + patience, go });
	};
}

/** With the dot of the root at its end, a name is the same. */
const hostOf = ({ hostname }: buildConnector.Options) => hostname.toLowerCase().replace(/\.$/, "");
