import type { WebSocket } from "ws";
import { BadRequest, type Filter, filterFor, type Wishes } from "./filter.ts";
import type { Entry } from "./log.ts";

/** How long a client may leave a message unread before it is dropped, in milliseconds. */
const PATIENCE = 5000;

/** One connection: where it is in the log, and what it wants of it. */
export class Client {
	readonly #socket: WebSocket;
	readonly #log: readonly Entry[];
	#filter: Filter;
	/** Place in the log of what comes next. Undefined before it has begun. */
	#next: number | undefined;
	#pumping = false;

	/** @param params The query of its address, which has been found to be in order. */
	constructor(socket: WebSocket, log: readonly Entry[], params: URLSearchParams) {
		this.#socket = socket;
		this.#log = log;
		this.#filter = filterFor(wishesOf(params));
		const from = startOf(params, log);
		const begin = () => {
			this.#next ??= from ?? log.length;
			this.pump();
		};
		socket.on("message", (data) => this.#hear(String(data), begin));
		// What isn't a WebSocket's frame; it closes by itself.
		socket.on("error", () => {});
		if (params.get("requireHello") !== "true") begin();
	}

	/** Sends what is in the log and hasn't been sent. */
	pump(): void {
		if (!this.#pumping && this.#next !== undefined) void this.#sendFrom(this.#next);
	}

	get #isOpen(): boolean {
		return this.#socket.readyState === this.#socket.OPEN;
	}

	async #sendFrom(place: number): Promise<void> {
		this.#pumping = true;
		let next = place;
		for (let entry = this.#log[next]; entry && this.#isOpen; entry = this.#log[++next])
			if (this.#filter(entry)) await this.#send(entry.json);
		this.#next = next;
		this.#pumping = false;
	}

	/** Resolves once the system has taken it, so nothing piles up here for who doesn't read. */
	async #send(json: string): Promise<void> {
		const tooSlow = setTimeout(() => this.#socket.terminate(), PATIENCE);
		await new Promise<void>((resolve) => this.#socket.send(json, () => resolve()));
		clearTimeout(tooSlow);
	}

	#hear(message: string, begin: () => void): void {
		try {
			const { type, payload } = JSON.parse(message) as { type?: unknown; payload?: Wishes };
			if (type !== "options_update") return;
			this.#filter = filterFor(payload ?? {});
			begin();
		} catch (error) {
			if (error instanceof BadRequest) this.#socket.close(1008, error.message.slice(0, 100));
			else this.#socket.close(1007, "This is no message Jetstream knows");
		}
	}
}

/** What the query of a client's address wishes for. */
export function wishesOf(params: URLSearchParams): Wishes {
	return {
		wantedCollections: params.getAll("wantedCollections"),
		wantedDids: params.getAll("wantedDids"),
		maxMessageSizeBytes: Number(params.get("maxMessageSizeBytes")),
	};
}

/** The place in the log where a client wants to begin. Undefined: with what comes next. */
export function startOf(params: URLSearchParams, log: readonly Entry[]): number | undefined {
	const cursor = params.get("cursor");
	if (!cursor) return undefined;
	if (!/^\d+$/.test(cursor))
		throw new BadRequest(`cursor takes a time in microseconds since 1970, not "${cursor}"`);
	if (Number(cursor) > Date.now() * 1000) return undefined;
	const place = log.findIndex(({ timeUs }) => timeUs >= Number(cursor));
	return place < 0 ? log.length : place;
}
