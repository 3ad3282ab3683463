import { isLoopbackUrl, LOOPBACK_REDIRECT_HOSTS } from "../base/loopback.ts";
import { urlOf } from "../base/paths.ts";
import { builtin } from "../base/runtime.ts";

/**
 * Every redirect URI of the client at `baseURL`: one, or one for each loopback address.
 *
 * @param inUse goes first: some servers know a loopback client's first one only
 */
export function redirectUris(baseURL: URL, inUse?: string): string[] {
	const callback = urlOf(baseURL, "callback");
	if (!isLoopbackUrl(baseURL)) return [callback.href];
	const uris: string[] = LOOPBACK_REDIRECT_HOSTS.map((hostname) => {
		callback.hostname = hostname;
		return callback.href;
	});
	return uris.sort((a, b) => Number(b === inUse) - Number(a === inUse));
}

/**
 * The one that a sign-in comes back to. Dev servers bind to whatever `localhost` resolves to first,
 * which may be `::1` alone: a person sent back to `127.0.0.1` would meet a closed port.
 *
 * @param opened the host that the browser has open
 */
export async function redirectUri(baseURL: URL, opened: string): Promise<string> {
	const uris = redirectUris(baseURL);
	const own = uris.find((uri) => new URL(uri).hostname === opened);
	return own ?? (await firstOpen(uris)) ?? uris[0] ?? "";
}

async function firstOpen(uris: string[]): Promise<string | undefined> {
	for (const uri of uris) if (await accepts(new URL(uri))) return uri;
	return undefined;
}

/** Where the runtime opens no sockets, nobody can tell, and the first address is taken. */
async function accepts({ hostname, port }: URL): Promise<boolean> {
	const net = builtin("node:net");
	if (!net) return false;
	return new Promise((resolve) => {
		const host = hostname.replace(/^\[|\]$/g, "");
		const socket = net.connect({ host, port: Number(port || 80), timeout: 500 });
		const done = (open: boolean) => {
			socket.destroy();
			resolve(open);
		};
		socket.once("connect", () => done(true));
		socket.once("error", () => done(false));
		socket.once("timeout", () => done(false));
	});
}
