import { connect } from "node:net";

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether the app runs on the developer's own machine: plain http on a loopback host. */
export function isLoopbackUrl(url: URL): boolean {
	return url.protocol === "http:" && LOOPBACK_HOSTS.has(url.hostname);
}

/**
 * Hosts a loopback client may be sent back to; never `localhost`
 * (https://atproto.com/specs/oauth#localhost-client-development).
 */
export type LoopbackRedirectHost = "127.0.0.1" | "[::1]";

/**
 * On which address the dev server of a `localhost` base URL listens. Vite and others bind to
 * whatever `localhost` resolves to first, which may be `::1` alone: a person sent back to
 * `127.0.0.1` would meet a closed port.
 */
export async function loopbackRedirectHost(baseURL: URL): Promise<LoopbackRedirectHost> {
	if (baseURL.hostname === "127.0.0.1" || baseURL.hostname === "[::1]") return baseURL.hostname;
	const port = Number(baseURL.port || 80);
	if (await accepts("127.0.0.1", port)) return "127.0.0.1";
	return (await accepts("::1", port)) ? "[::1]" : "127.0.0.1";
}

function accepts(host: string, port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host, port, timeout: 500 });
		const done = (open: boolean) => {
			socket.destroy();
			resolve(open);
		};
		socket.once("connect", () => done(true));
		socket.once("error", () => done(false));
		socket.once("timeout", () => done(false));
	});
}

/** Marks a callback that was sent on to the base URL's host, so that it is never sent on twice. */
const BOUNCED = "bsky_bounced";

/** The authorization response parameters (RFC 6749 §4.1.2, RFC 9207 §2); nothing else is sent on. */
const RESPONSE_PARAMETERS = ["code", "state", "iss", "error", "error_description"] as const;

/**
 * A browser that comes back on `127.0.0.1` has none of the cookies that it was given on
 * `localhost`: where the callback of a loopback client must be sent on to, or null where it is
 * at the right place already.
 */
export function loopbackBounce(
	baseURL: URL,
	requestHost: string | null,
	query: Readonly<Record<string, unknown>>,
): URL | null {
	if (!isLoopbackUrl(baseURL) || requestHost === null || BOUNCED in query) return null;
	const request = URL.parse(`http://${requestHost}`);
	if (!request || !isLoopbackUrl(request) || request.hostname === baseURL.hostname) return null;
	const target = new URL(`${baseURL.href.replace(/\/$/, "")}/bsky/callback`);
	for (const name of RESPONSE_PARAMETERS) {
		const value = query[name];
		if (typeof value === "string") target.searchParams.set(name, value);
	}
	target.searchParams.set(BOUNCED, "1");
	return target;
}
