import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** A request that reached the canary, where a redirect pointed. */
export interface Strayed {
	method: string;
	headers: IncomingMessage["headers"];
	body: string;
}

type Misbehaviour = (response: ServerResponse, request: IncomingMessage, sent: string) => void;

/** Nothing listens there: a port of the system's, which no test is given. */
export const CLOSED_PORT = "http://127.0.0.1:3";

const HUGE_SIZE = 300_000_000;
/** What a few kilobytes unpack to. */
const BOMB_SIZE = 64_000_000;

const CHUNK = Buffer.alloc(64 * 1024, " ");

const json = { "content-type": "application/json" };

/** Writes without end, no faster than it is read. */
function flood(response: ServerResponse, size = Number.POSITIVE_INFINITY): void {
	let sent = 0;
	const more = () => {
		while (!response.destroyed && sent < size) {
			sent += CHUNK.length;
			if (!response.write(CHUNK)) return response.once("drain", more);
		}
		return response.end();
	};
	response.on("error", () => {});
	more();
}

/** How a server on the way can fail, by the first part of the path. */
const misbehaviours = {
	dropped: (response) => response.socket?.resetAndDestroy(),
	"500": (response, request, sent) => {
		// A careless server: its trace, and what it was sent, in words for the client.
		const { authorization, dpop } = request.headers;
		response.writeHead(500, json).end(
			JSON.stringify({
				error: "server_error",
				error_description: `Error\n    at run (/srv/pds/index.js:1:1)\n${sent} ${authorization} ${dpop}`,
				message: sent,
			}),
		);
	},
	"429": (response) =>
		response
			.writeHead(429, json)
			.end('{"error":"RateLimitExceeded","message":"Too Many Requests"}'),
	html: (response) =>
		response
			.writeHead(200, { "content-type": "text/html" })
			.end("<!doctype html><script>alert(1)</script><h1>Bad gateway</h1>"),
	empty: (response) => response.writeHead(200, json).end("{}"),
	garbage: (response) => response.socket?.end(Buffer.from("\0\x01\xff\xfe garbage \r\n\r\n")),
	"garbled JSON": (response) =>
		response.writeHead(200, json).end(Buffer.from([0x7b, 0xff, 0x00, 0x22])),
	endless: (response) => flood(response.writeHead(200, json)),
	huge: (response) =>
		flood(response.writeHead(200, { ...json, "content-length": HUGE_SIZE }), HUGE_SIZE),
	"huge in chunks": (response) => flood(response.writeHead(200, json), HUGE_SIZE),
	bomb: (response) =>
		response
			.writeHead(200, { ...json, "content-encoding": "gzip" })
			.end(gzipSync(Buffer.alloc(BOMB_SIZE, " "))),
	drip: (response) => {
		response.writeHead(200, json).write("{");
		const timer = setInterval(() => response.write(" "), 50);
		response.on("error", () => {}).on("close", () => clearInterval(timer));
	},
	hang: () => {},
} satisfies Record<string, Misbehaviour>;

export type MisbehaviourName = keyof typeof misbehaviours | "redirect" | "half";

/** A server on loopback that does everything wrong, and a canary beside it. */
export class FaultServer {
	readonly #server: Server;
	readonly #canary: Server;
	/** Everything that reached the canary, by the path it was sent on with. */
	readonly #strayed = new Map<string, Strayed[]>();
	readonly url: string;
	readonly #canaryUrl: string;

	private constructor(server: Server, canary: Server) {
		this.#server = server;
		this.#canary = canary;
		this.url = urlOf(server);
		this.#canaryUrl = urlOf(canary);
		server.on("request", (request, response) => this.#misbehave(request, response));
		canary.on("request", (request, response) => this.#record(request, response));
	}

	static async start(): Promise<FaultServer> {
		return new FaultServer(await listen(createServer()), await listen(createServer()));
	}

	/** What followed a redirect that carried `mark`. */
	strayed(mark: string): Strayed[] {
		return this.#strayed.get(mark) ?? [];
	}

	async #misbehave(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const [, kind = "", mark = ""] = (request.url ?? "").split("/").map(decodeURIComponent);
		const sent = await textOf(request);
		if (kind === "redirect") {
			response.writeHead(307, { location: `${this.#canaryUrl}/${mark}` }).end();
		} else if (kind === "half") {
			const answer = Buffer.from(mark, "base64url");
			response.writeHead(200, { ...json, "content-length": answer.length });
			response.write(answer.subarray(0, answer.length / 2), () => response.destroy());
		} else {
			const misbehaviour: Misbehaviour = misbehaviours[kind as keyof typeof misbehaviours];
			misbehaviour(response, request, sent);
		}
	}

	async #record(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const mark = (request.url ?? "").split("/")[1] ?? "";
		const { method = "", headers } = request;
		const strayed = { method, headers, body: await textOf(request) };
		this.#strayed.set(mark, [...this.strayed(mark), strayed]);
		response.writeHead(200, json).end("{}");
	}

	async close(): Promise<void> {
		for (const server of [this.#server, this.#canary]) {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	}
}

function listen(server: Server): Promise<Server> {
	return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function textOf(request: IncomingMessage): Promise<string> {
	let text = "";
	for await (const chunk of request) text += chunk;
	return text;
}
