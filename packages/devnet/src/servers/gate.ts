import {
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerResponse,
	STATUS_CODES,
} from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

/** A server that has a {@link Gate}. */
export interface Gated {
	readonly gate: Gate;
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A timer of more is none at all: about 24 days. */
const LONGEST = 2 ** 31 - 1;

/** What stands before a server: lets everybody in, or keeps them waiting, or answers in its place. */
export class Gate {
	/** How long each request waits, in milliseconds. */
	slow = 0;
	/** The status that each request is answered with. Undefined: the server answers. */
	status: number | undefined;

	/** Steps before `server`, whose listeners are all there by now. */
	stand(server: Server): void {
		const answer = server.listeners("request") as RequestListener[];
		const upgrade = server.listeners("upgrade") as UpgradeListener[];
		server.removeAllListeners("request").on("request", (request, response) => {
			// Node would say the machine's time, whatever the network's clock says.
			response.setHeader("date", new Date().toUTCString());
			void this.#pass(response, () => {
				if (this.status) refuse(response, this.status);
				else for (const listener of answer) listener.call(server, request, response);
			});
		});
		if (upgrade.length === 0) return;
		server.removeAllListeners("upgrade").on("upgrade", (request, socket, head) => {
			void this.#pass(socket, () => {
				if (this.status) hangUp(socket, this.status);
				else for (const listener of upgrade) listener.call(server, request, socket, head);
			});
		});
	}

	/** Lets somebody through, at once where nothing keeps them. */
	async #pass(caller: ServerResponse | Duplex, through: () => void): Promise<void> {
		if (this.slow > 0) await wait(Math.min(this.slow, LONGEST), undefined, { ref: false });
		if (!caller.destroyed) through();
	}
}

function refuse(response: ServerResponse, status: number): void {
	response.writeHead(status, {
		"content-type": "application/json",
		"access-control-allow-origin": "*",
	});
	const error = (STATUS_CODES[status] ?? "Fault").replace(/\W/g, "");
	const message = `A fault of this network: this server answers everything with ${status}`;
	response.end(JSON.stringify({ error, message }));
}

const hangUp = (socket: Duplex, status: number) =>
	socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Fault"}\r\nconnection: close\r\n\r\n`);
