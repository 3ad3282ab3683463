import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { PDS } from "@atproto/pds";
import { DevnetError } from "../errors.ts";
import type { Answer, Asked, Habit } from "./habit.ts";
import { InnerServer } from "./inner.ts";
import { HABITS, type HabitName, makeHabit } from "./names.ts";

/**
 * What stands in front of a PDS, and gives it the habits of other servers. One that is taken up later
 * stands before those that are there.
 */
export class HabitLayer {
	/** Those of each time that some were taken up, by their names; the first first. */
	readonly #taken: ReadonlyMap<string, Habit>[] = [];
	#server: PDS | undefined;
	#undo: (() => void)[] = [];

	/** Takes habits up, until what it gives back is called. */
	behave(...names: HabitName[]): (() => void) & Disposable {
		return this.add(new Map(names.map((name) => [name, known(name)])));
	}

	/** The same for habits that have no public name. */
	add(mine: ReadonlyMap<string, Habit>): (() => void) & Disposable {
		this.#taken.push(mine);
		this.#apply();
		const undo = () => {
			const index = this.#taken.indexOf(mine);
			if (index === -1) return;
			this.#taken.splice(index, 1);
			this.#apply();
		};
		return Object.assign(undo, { [Symbol.dispose]: undo });
	}

	/** Steps between a PDS that has just started and those who ask it. */
	stand(server: PDS, http: Server): void {
		this.#server = server;
		this.#undo = [];
		this.#apply();
		const listeners = http.listeners("request") as RequestListener[];
		const inner = new InnerServer(listeners);
		http.removeAllListeners("request").on("request", (request, response) => {
			if (this.#habits.length > 0) void this.#answer(inner, server, request, response);
			else for (const listener of listeners) listener.call(http, request, response);
		});
	}

	/** Each once, however often it was taken up. */
	get #habits(): Habit[] {
		return [...new Map(this.#taken.flatMap((each) => [...each])).values()];
	}

	/** Changes the server itself as all habits together want it. */
	#apply(): void {
		for (const step of this.#undo.reverse()) step();
		const server = this.#server;
		this.#undo = server ? this.#habits.flatMap((habit) => habit.within?.(server) ?? []) : [];
	}

	async #answer(
		inner: InnerServer,
		server: PDS,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		try {
			const asked = await readRequest(request);
			const answer = this.#habits.reduce<() => Promise<Answer>>(
				(next, { front }) => (front ? async () => front(asked, next, server) : next),
				() => inner.ask(asked, request.socket),
			);
			send(response, asked.method, await answer());
		} catch (error) {
			response.writeHead(500).end(String(error));
		}
	}
}

function known(name: HabitName): Habit {
	const habit = makeHabit(name);
	if (habit) return habit;
	throw new DevnetError(`No server has the habit "${name}". There is: ${HABITS.join(", ")}`);
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
	const { method = "GET", url = "/", headers } = request;
	return { method, url, path: url.replace(/\?.*/s, ""), headers, body: await buffer(request) };
}

function send(response: ServerResponse, method: string, { status, headers, body }: Answer): void {
	const { connection: _, "keep-alive": __, "transfer-encoding": ___, ...kept } = headers;
	const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
	response.writeHead(status, { ...kept, ...(hasBody && { "content-length": body.length }) });
	response.end(hasBody ? body : undefined);
}
