import { isLoopbackHost } from "./loopback.ts";

/**
 * The part of an address that costs its owner something to have: `evil.example` for every name and
 * port below it, so that a thousand of them count as one. Without the list of public suffixes it is
 * told by its shape, `co.uk` and its like included; people under a suffix of another shape share one.
 * An IP address is its own; on this machine, so is each port.
 */
export function siteOf(address: string): string {
	const { hostname, host } = new URL(address);
	if (isLoopbackHost(hostname)) return host;
	const labels = hostname.replace(/\.$/, "").split(".");
	if (hostname.startsWith("[") || /^\d+$/.test(labels.at(-1) ?? "")) return hostname;
	const [second = "", top = ""] = labels.slice(-2);
	return labels.slice(top.length === 2 && second.length <= 3 ? -3 : -2).join(".");
}

/** Whether a browser takes a cookie with that domain from that host (RFC 6265 §5.1.3). */
export function isCookieDomain(domain: string, host: string): boolean {
	const parent = domain.replace(/^\./, "").toLowerCase();
	return `.${host.replace(/:\d+$/, "")}`.endsWith(`.${parent}`);
}
