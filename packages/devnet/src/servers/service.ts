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

/**
 * Serves `handler` on loopback. `what` is its name in error messages; port 0 picks a free one.
 * `extend` gets the server at every start, and what it gives back is called at every stop.
 */
export async function serve(
	what: string,
	wanted: number,
	handler: RequestListener,
	extend?: (server: Server) => () => void,
): Promise<Service> {
	let close: (() => Promise<void>) | undefined;
	const listen = async (port: number) => {
		const server = createServer(handler);
		const closeServer = closer(server);
		const end = extend?.(server);
		const bound = await listening(server.listen(port, LOOPBACK), what, port);
		close = () => {
			end?.();
			return closeServer();
		};
		return bound;
	};
	const port = await listen(wanted);
	return {
		url: `http://localhost:${port}`,
		port,
		get running() {
			return close !== undefined;
		},
		async start() {
			if (!close) await listen(port);
		},
		async stop() {
			const stopping = close;
			close = undefined;
			await stopping?.();
		},
	};
}

/** What `request` asks for. Anybody can send something that is no URL, like `//`: that is `/`. */
export function urlOf(request: IncomingMessage): URL {
	const base = "http://localhost/";
	return URL.parse(request.url ?? "/", base) ?? new URL(base);
}
