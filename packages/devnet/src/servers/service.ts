import { AsyncLocalStorage } from "node:async_hooks";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { Gate, type Gated } from "./gate.ts";
import { closer, listening, type Place } from "./listen.ts";

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

/** A {@link Service} that answers HTTP. It is up after its first `start()`. */
export class HttpService implements Service, Gated {
	readonly gate = new Gate();
	readonly #what: string;
	readonly #host: string;
	readonly #handler: RequestListener;
	/** By the clock of the network that made it, whoever starts it again. */
	readonly #within = AsyncLocalStorage.snapshot();
	#port: number;
	#close: (() => Promise<void>) | undefined;

	/**
	 * @param what Its name in error messages.
	 * @param place Port 0 picks a free one at the first start.
	 */
	constructor(what: string, { host, port }: Place, handler: RequestListener) {
		this.#what = what;
		this.#host = host;
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
		this.gate.stand(server);
		const listen = () => server.listen(this.#port, this.#host);
		this.#port = await listening(this.#within(listen), this.#what, this.#port);
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
