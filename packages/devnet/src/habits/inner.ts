import { createServer, type IncomingMessage, type RequestListener, request } from "node:http";
import type { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Answer, Asked } from "./habit.ts";

/** What stands behind a layer: an HTTP server that doesn't listen, and is asked in this process. */
export class InnerServer {
	readonly #server = createServer();

	constructor(listeners: readonly RequestListener[]) {
		for (const listener of listeners) this.#server.on("request", listener);
	}

	/** @param from the connection that the request came with, whose address the PDS looks at */
	async ask({ method, url, headers, body }: Asked, from: Socket): Promise<Answer> {
		const { connection: _, "transfer-encoding": __, "accept-encoding": ___, ...kept } = headers;
		const response = await new Promise<IncomingMessage>((resolve, reject) => {
			const sent = request(
				{
					method,
					path: url,
					headers: { ...kept, ...(body.length > 0 && { "content-length": body.length }) },
					createConnection: () => this.#connect(from),
				},
				resolve,
			);
			sent.on("error", reject).end(body);
		});
		return {
			status: response.statusCode ?? 500,
			headers: response.headers,
			body: await buffer(response),
		};
	}

	#connect({ remoteAddress, remotePort }: Socket): Duplex {
		const [ours, theirs] = duplexPair();
		this.#server.emit("connection", Object.assign(theirs, { remoteAddress, remotePort }));
		return ours;
	}
}
