import type { Agent } from "undici/index.js";
import type { Answer } from "./bounded-answer.ts";
import { atMost } from "./connections.ts";
import { publicLookup } from "./public-lookup.ts";
import type { StreamedRequest, streamed } from "./streamed.ts";

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

/** One for public servers, one for those of this machine: no stream takes a connection from a sign-in. */
const agents: { open?: Agent; local?: Agent } = {};

/** One request whose body and answer may be of any size, by undici's `request`: see {@link streamed}. */
export async function publicStream(
	{ url, method, headers, body, signal }: StreamedRequest,
	way: keyof typeof agents,
) {
	const undici = await import("#undici");
	agents[way] ??= way === "open" ? newPublicAgent(undici) : new undici.Agent();
	const answer = await undici.request(url, {
		...{ method: method as "GET" | "POST", signal, dispatcher: agents[way] },
		// It takes anything that can be iterated, which its types don't know.
		body: body as Uint8Array | null,
		// What is compressed would have to be unpacked here: its length says nothing of what is in it.
		headers: { ...Object.fromEntries(headers), "accept-encoding": "identity" },
		// Both are for the signal.
		...{ headersTimeout: 0, bodyTimeout: 0 },
	});
	// One that is destroyed before it is read says so as an error, which nobody listens for.
	answer.body.on("error", () => {});
	const encoding = answer.headers["content-encoding"] ?? "identity";
	if (String(encoding).toLowerCase() !== "identity") {
		answer.body.destroy();
		throw new Error("The answer is compressed, which nobody asked for.");
	}
	return { status: answer.statusCode, headers: headersOf(answer.headers), body: answer.body };
}

/** What a server writes may not be what a header may hold. */
function headersOf(all: Record<string, string | string[] | undefined>): Headers {
	const headers = new Headers();
	for (const [name, value] of Object.entries(all)) {
		for (const one of [value ?? []].flat()) {
			try {
				headers.append(name, one);
			} catch {
				// Nobody is to see it.
			}
		}
	}
	return headers;
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
