import { isIP } from "node:net";
import { DevnetError } from "../errors.ts";
import { mapOrigin } from "./mapped-fetch.ts";
import { startOriginProxy } from "./origin-proxy.ts";

/** A public https origin that exists only here, and leads to a port of this machine. */
export interface PublishedOrigin {
	/** `https://my-app.dev` */
	readonly origin: string;
	/** Where it leads, `http://127.0.0.1:3000`. */
	readonly target: string;
	/** Where TLS for this origin is answered, on 127.0.0.1. */
	readonly tlsPort: number;
	/** The self-signed certificate, PEM, for clients other than Chromium. */
	readonly certificate: string;
	/** Chromium's `--ignore-certificate-errors-spki-list` value for that certificate. */
	readonly spki: string;
	/** Takes it back. */
	unpublish(): Promise<void>;
}

/** Names a PDS refuses as the host of a client or a redirect, or that never leave a machine. */
const REFUSED =
	/(^|\.)(localhost|test|local|localdomain|invalid|example|internal|example\.(com|org|net))$/;

/** What one network has published. */
export class PublishedOrigins {
	readonly #all = new Set<PublishedOrigin>();

	/** Maps `origin` to `target`, a URL or a port of 127.0.0.1, for this process and for browsers. */
	async publish(origin: string, target: string | number): Promise<PublishedOrigin> {
		const url = parse(origin);
		const goal = goalOf(origin, target);
		const proxy = await startOriginProxy(url.hostname, goal);
		try {
			const unmap = mapOrigin(url.origin, `http://127.0.0.1:${proxy.plainPort}`);
			const { tlsPort, certificate, spki } = proxy;
			const published = {
				...{ origin: url.origin, target: goal, tlsPort, certificate, spki },
				unpublish: async () => {
					if (!this.#all.delete(published)) return;
					unmap();
					await proxy.close();
				},
			};
			this.#all.add(published);
			return published;
		} catch (error) {
			await proxy.close();
			throw error;
		}
	}

	get list(): PublishedOrigin[] {
		return [...this.#all];
	}

	/** Takes everything back. */
	async close(): Promise<void> {
		await Promise.all([...this.#all].map((one) => one.unpublish()));
	}

	/** The switches with which Chromium reaches all of it, heeded in a profile of its own only. */
	get chromiumArgs(): string[] {
		const all = [...this.#all];
		if (all.length === 0) return [];
		const rules = all.map(
			({ origin, tlsPort }) => `MAP ${new URL(origin).hostname}:443 127.0.0.1:${tlsPort}`,
		);
		return [
			`--host-resolver-rules=${rules.join(", ")}`,
			`--ignore-certificate-errors-spki-list=${all.map(({ spki }) => spki).join(",")}`,
		];
	}
}

/** Where it leads, of a port of this machine or an address. */
export function goalOf(origin: string, target: string | number): string {
	const goal =
		typeof target === "number" ? `http://127.0.0.1:${target}` : target.replace(/\/$/, "");
	if (!URL.canParse(goal) || new URL(goal).protocol !== "http:")
		throw new DevnetError(
			`Can't publish ${origin} to "${target}": give a port, or an address like http://127.0.0.1:3000`,
		);
	return goal;
}

function parse(origin: string): URL {
	const url = URL.canParse(origin) ? new URL(origin) : undefined;
	if (url?.protocol !== "https:" || url.port !== "" || url.pathname !== "/" || url.search)
		throw new DevnetError(
			`Can't publish "${origin}": it must be an https origin without a port or a path, like https://my-app.dev`,
		);
	if (
		isIP(url.hostname.replace(/^\[|\]$/g, "")) ||
		REFUSED.test(url.hostname) ||
		!url.hostname.includes(".")
	)
		throw new DevnetError(
			`Can't publish ${url.origin}: a PDS takes no client on a local or a reserved name. Invent a public one, like https://my-app.dev; nobody outside this machine is asked for it.`,
		);
	return url;
}
