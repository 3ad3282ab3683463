import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type { Pds } from "../servers/pds.ts";
import { type Service, serve, urlOf } from "../servers/service.ts";
import { Client, startOf, wishesOf } from "./client.ts";
import { BadRequest, filterFor } from "./filter.ts";
import { EventLog } from "./log.ts";

const PATH = "/subscribe";

/** A Jetstream as the network itself holds it. */
export interface RunningJetstream extends Service {
	/** To be called when something has been written at a PDS. */
	refresh(): void;
}

/** Serves `/subscribe` with everything that happens on `pdses`, a list that may grow. */
export async function startJetstream(
	pdses: readonly Pds[],
	port: number,
): Promise<RunningJetstream> {
	const log = new EventLog(pdses);
	const clients = new Set<Client>();
	const refresh = () => {
		void log.read().then(
			() => {
				for (const client of clients) client.pump();
			},
			// Whoever connects next tries again, and is told.
			() => {},
		);
	};
	const welcome = (socket: WebSocket, request: IncomingMessage) => {
		const client = new Client(socket, log.entries, urlOf(request).searchParams);
		clients.add(client);
		socket.once("close", () => clients.delete(client));
	};
	const service = await serve("Jetstream", port, explain, (server) =>
		upgrade(server, log, welcome),
	);
	// What a kept folder brings along, so that it isn't taken for news later.
	refresh();
	return Object.defineProperty(service, "refresh", { value: refresh }) as RunningJetstream;
}

/** Lets WebSockets in. Gives back what says goodbye to them. */
function upgrade(
	server: Server,
	log: EventLog,
	welcome: (socket: WebSocket, request: IncomingMessage) => void,
): () => void {
	const sockets = new WebSocketServer({
		noServer: true,
		maxPayload: 10_000_000,
		verifyClient: ({ req }, answer) => {
			const problem = problemWith(req);
			if (problem) return answer(false, problem.status, problem.message);
			log.read().then(
				() => answer(true),
				(error) => answer(false, 500, String(error)),
			);
		},
	});
	server.on("upgrade", (request, socket, head) =>
		sockets.handleUpgrade(request, socket, head, welcome),
	);
	return () => {
		for (const socket of sockets.clients) socket.close(1001, "Jetstream is going down");
		sockets.close();
	};
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
