import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type { Place } from "../servers/listen.ts";
import type { Pds } from "../servers/pds.ts";
import { HttpService, urlOf } from "../servers/service.ts";
import { Client, startOf, wishesOf } from "./client.ts";
import { BadRequest, filterFor } from "./filter.ts";
import { EventLog } from "./log.ts";

const PATH = "/subscribe";

/** Serves `/subscribe` with everything that happens on `pdses`, a list that may grow. */
export async function startJetstream(pdses: readonly Pds[], place: Place): Promise<Jetstream> {
	const jetstream = new Jetstream(pdses, place);
	await jetstream.start();
	// What a kept folder brings along, so that it isn't taken for news later.
	jetstream.refresh();
	return jetstream;
}

/** A Jetstream as the network itself holds it. */
export class Jetstream extends HttpService {
	readonly #log: EventLog;
	readonly #clients = new Set<Client>();

	constructor(pdses: readonly Pds[], place: Place) {
		super("Jetstream", place, explain);
		this.#log = new EventLog(pdses);
	}

	/** To be called when something has been written at a PDS. */
	refresh(): void {
		this.#log.read().then(
			() => {
				for (const client of this.#clients) client.pump();
			},
			// Whoever connects next tries again, and is told.
			() => {},
		);
	}

	/** Lets WebSockets in, and says goodbye to them. */
	protected override extend(server: Server): () => void {
		const sockets = new WebSocketServer({
			noServer: true,
			maxPayload: 10_000_000,
			verifyClient: ({ req }, answer) => this.#check(req, answer),
		});
		server.on("upgrade", (request, socket, head) =>
			sockets.handleUpgrade(request, socket, head, (client) => this.#welcome(client, request)),
		);
		return () => {
			for (const socket of sockets.clients) socket.close(1001, "Jetstream is going down");
			sockets.close();
		};
	}

	#check(
		request: IncomingMessage,
		answer: (fine: boolean, status?: number, message?: string) => void,
	): void {
		const problem = problemWith(request);
		if (problem) answer(false, problem.status, problem.message);
		else
			this.#log.read().then(
				() => answer(true),
				(error) => answer(false, 500, String(error)),
			);
	}

	#welcome(socket: WebSocket, request: IncomingMessage): void {
		const client = new Client(socket, this.#log.entries, urlOf(request).searchParams);
		this.#clients.add(client);
		socket.once("close", () => this.#clients.delete(client));
	}
}

/** What answers a request that isn't for a WebSocket. */
function explain(request: IncomingMessage, response: ServerResponse): void {
	const here = urlOf(request).pathname === PATH;
	const [status, text] = here
		? [426, "This is Jetstream. Connect with a WebSocket."]
		: [404, `Only ${PATH} is here`];
	response.writeHead(status, {
		"content-type": "text/plain; charset=utf-8",
		...(here && { connection: "upgrade", upgrade: "websocket" }),
	});
	response.end(`${text}\n`);
}

function problemWith(request: IncomingMessage): { status: number; message: string } | undefined {
	const { pathname, searchParams } = urlOf(request);
	if (pathname !== PATH) return { status: 404, message: `Only ${PATH} is here` };
	try {
		filterFor(wishesOf(searchParams));
		startOf(searchParams, []);
	} catch (error) {
		if (!(error instanceof BadRequest)) throw error;
		return { status: 400, message: error.message };
	}
	const zstd = /zstd/.test(String(request.headers["socket-encoding"] ?? ""));
	if (zstd || searchParams.get("compress") === "true")
		return { status: 400, message: "There is no zstd compression here: leave compress out" };
	return undefined;
}
