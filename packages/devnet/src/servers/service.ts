import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { closer, LOOPBACK, listening } from "./listen.ts";

/** A part of the network that can be taken down and brought back on the same port. */
export interface Service {
	/** Its base URL, without a slash at the end. The same after a stop and a start. */
	readonly url: string;
	readonly port: number;
	readonly running: boolean;
	/** Stops listening; its data stays. Nothing happens when it is down already. */
	stop(): Promise<void>;
	/** Listens again on the same port with the same data. Nothing happens when it is up already. */
	start(): Promise<void>;
}

/** A {@link Service} that answers HTTP on loopback. It is up after its first `start()`. */
export class HttpService implements Service {
	readonly #what: string;
	readonly #handler: RequestListener;
	#port: number;
	#close: (() => Promise<void>) | undefined;

	/**
	 * @param what Its name in error messages.
	 * @param port 0 picks a free one at the first start.
	 */
	constructor(what: string, port: number, handler: RequestListener) {
		this.#what = what;
		this.#port = port;
		this.#handler = handler;
	}

	get url(): string {
		return `http://localhost:${this.#port}`;
	}

	get port(): number {
		return this.#port;
	}

	get running(): boolean {
		return this.#close !== undefined;
	}

	async start(): Promise<void> {
		if (this.#close) return;
		const server = createServer(this.#handler);
		const close = closer(server);
		const leave = this.extend(server);
		this.#port = await listening(server.listen(this.#port, LOOPBACK), this.#what, this.#port);
		this.#close = () => {
			leave?.();
			return close();
		};
	}

	async stop(): Promise<void> {
		const close = this.#close;
		this.#close = undefined;
		await close?.();
	}

	/** Gets the server at every start, before it listens; what it gives back is called at every stop. */
	protected extend(_server: Server): (() => void) | undefined {
		return undefined;
	}
}

/** What `request` asks for. Anybody can send something that is no URL, like `//`: that is `/`. */
export function urlOf(request: IncomingMessage): URL {
	const base = "http://localhost/";
	return URL.parse(request.url ?? "/", base) ?? new URL(base);
}
