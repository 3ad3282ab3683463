import type { Agent } from "undici/index.js";
import type { Answer } from "./bounded-answer.ts";
import { atMost } from "./connections.ts";
import { publicLookup } from "./public-lookup.ts";

/** Of the process. */
const MAX_CONNECTIONS = { all: 512, perHost: 100 };

/** Longest a connection may take to be made, or stay unused, in milliseconds. */
const PATIENCE = 10_000;

/** Most bytes of an outgoing body that are held back, so that it goes out with its length. */
const MAX_HELD = 8 * 1024 * 1024;

/** One for the process: connections are there to be used again. */
let agent: Agent | undefined;

/**
 * One request to the public internet, wherever its name leads; redirects aren't followed. It takes
 * undici's own fetch with undici's own agent: Node's takes only an agent of the undici that it brings,
 * and other runtimes' ignore one without a word.
 */
export async function publicFetch(request: Request, signal: AbortSignal): Promise<Answer> {
	const undici = await import("#undici");
	agent ??= newPublicAgent(undici);
	return undici.fetch(request.url, {
		method: request.method,
		cache: request.cache,
		headers: [...request.headers],
		body: request.body && (await bodyOf(request.body, signal)),
		duplex: "half",
		redirect: "manual",
		signal,
		dispatcher: agent,
	});
}

/** What makes connections to public addresses only, and so many at most. */
export function newPublicAgent({
	Agent,
	buildConnector,
}: Pick<typeof import("undici/index.js"), "Agent" | "buildConnector">): Agent {
	return new Agent({
		connections: MAX_CONNECTIONS.perHost,
		keepAliveMaxTimeout: PATIENCE,
		connect: atMost(
			MAX_CONNECTIONS,
			PATIENCE,
			buildConnector({ lookup: publicLookup, timeout: PATIENCE }),
		),
	});
}

/** A body of a usual size goes out with its length, as servers like it; a larger one as it comes. */
async function bodyOf(body: ReadableStream<Uint8Array>, signal: AbortSignal) {
	const reader = body.getReader();
	const stop = () => reader.cancel(signal.reason).catch(() => {});
	signal.addEventListener("abort", stop, { once: true });
	const parts: Uint8Array[] = [];
	let size = 0;
	for (let read = await reader.read(); !read.done; read = await reader.read()) {
		parts.push(read.value);
		size += read.value.length;
		if (size > MAX_HELD) {
			reader.releaseLock();
			return chain(parts, body);
		}
	}
	return Buffer.concat(parts);
}

async function* chain(parts: Uint8Array[], rest: ReadableStream<Uint8Array>) {
	yield* parts;
	yield* rest;
}
