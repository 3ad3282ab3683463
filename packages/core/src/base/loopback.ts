/**
 * Hosts a loopback client may be sent back to; never `localhost`
 * (https://atproto.com/specs/oauth#localhost-client-development).
 */
export const LOOPBACK_REDIRECT_HOSTS = ["127.0.0.1", "[::1]"] as const;

const LOOPBACK_HOSTS = new Set<string>(["localhost", ...LOOPBACK_REDIRECT_HOSTS]);

/** Whether a host name is this machine's own; `*.localhost` is by RFC 6761 §6.3. */
export const isLoopbackHost = (hostname: string): boolean =>
	LOOPBACK_HOSTS.has(hostname) || hostname.endsWith(".localhost");

/** Whether the app runs on the developer's own machine: plain http on a loopback host. */
export const isLoopbackUrl = (url: URL): boolean =>
	url.protocol === "http:" && isLoopbackHost(url.hostname);

/** The other names of an app on this machine: pages are open by any of them, and people come back so. */
export function loopbackOrigins(baseURL: string): string[] {
	const url = URL.parse(baseURL);
	if (!url || !isLoopbackUrl(url)) return [];
	return [...LOOPBACK_HOSTS].map((hostname) => Object.assign(new URL(url), { hostname }).origin);
}
