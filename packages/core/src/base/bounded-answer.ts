import { hasAtMostValues, joined } from "./bounded-json.ts";
import type { Deadline } from "./deadline.ts";
import { isObject } from "./is-object.ts";
import { JsonCost } from "./json-cost.ts";
import { unlessAborted } from "./within.ts";

/** How much of an answer is read. */
export interface AnswerLimits {
	/** Most bytes of its body, decompressed. */
	maxBytes: number;
	/** Most JSON values in it. Such an answer is read to its end before anybody sees it. */
	maxValues?: number;
	/** Most that its JSON may cost, told while it is read: see {@link JsonCost}. */
	maxCost?: number;
	/** That it is a success is all there is to know: its body isn't read. */
	statusOnly?: boolean;
}

/**
 * Identity documents, metadata, and what authorization servers say: all that is no answer of XRPC.
 * The largest of the reference server's has 1.7 kB and 85 values.
 *
 * The SDK's schemas make several objects of each mistake: 64 kB of `"service":[{},{},…]` take 2.2 s
 * and 420 MB. With 500 values the worst that was found takes 40 ms.
 */
export const DOCUMENT = { maxBytes: 64 * 1024, maxValues: 500 } as const satisfies AnswerLimits;

/** An answer whose status decides, such as that to a revocation (RFC 7009 §2.2). */
export const STATUS: AnswerLimits = { ...DOCUMENT, statusOnly: true };

/** What is said of a few accounts: far more than ten are, with all that an AppView says of each. */
export const ACCOUNTS = { maxBytes: 512 * 1024, maxValues: 20_000 } as const;

/**
 * Answers of XRPC: an image fits, or a thread of a thousand posts, a flood doesn't. A page of a
 * hundred posts, with all that they answer and four images in each, has 1.5 MB and costs 173 000. The
 * worst that was found for 200 000 takes the SDK 80 ms; without a bound, 8 MB took it nine seconds.
 */
export const XRPC = { maxBytes: 8 * 1024 * 1024, maxCost: 200_000 } as const satisfies AnswerLimits;

/**
 * Most characters of scopes: of those that are asked for, and of those granted, which every answer about a
 * session repeats. Servers write what is in a permission set: of app.bsky.authFullApp that is 4247.
 */
export const MAX_SCOPE = 8 * 1024;

/** An answer is larger, or has more values in it, than anybody could need. */
export class AnswerTooLargeError extends Error {
	override name = "AnswerTooLargeError";
}

/** What the answers of every `fetch` have in common, undici's own included. */
export interface Answer {
	readonly status: number;
	readonly statusText: string;
	readonly ok: boolean;
	readonly url: string;
	readonly redirected: boolean;
	readonly headers: Iterable<[string, string]> & { get(name: string): string | null };
	readonly body: {
		getReader(): BodyReader;
		cancel(): Promise<void>;
	} | null;
}

interface BodyReader {
	read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
	cancel(reason?: unknown): Promise<void>;
}

/**
 * The answer as a Response of the runtime's own, of which no more can be read than its limits say.
 *
 * @throws {AnswerTooLargeError} where its headers say so, or where it was read here
 */
export async function bounded(
	answer: Answer,
	limits: AnswerLimits,
	deadline: Deadline,
): Promise<Response> {
	if (!answer.body || (limits.statusOnly && answer.ok)) {
		deadline.over();
		answer.body?.cancel().catch(() => {});
		return respond(answer, null);
	}
	const body = new BoundedBody(answer.body.getReader(), limits, deadline);
	try {
		body.expect(answer);
		const { maxValues } = limits;
		if (!maxValues) return respond(answer, body.stream());
		const whole = await readWhole(body, maxValues);
		const response = respond(answer, readable(whole));
		// Media types know no case (RFC 9110 §8.3.1); the SDK does.
		const type = response.headers.get("content-type");
		if (type) response.headers.set("content-type", type.toLowerCase());
		return response;
	} catch (error) {
		// The page of a server that says 404 may be of any size: that it says 404 is enough.
		if (error instanceof AnswerTooLargeError && !answer.ok) return respond(answer, null);
		throw error;
	}
}

function respond(
	answer: Answer,
	body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null,
) {
	const { status, statusText, headers, url, redirected } = answer;
	const response = new Response(body, { status, statusText, headers: [...headers] });
	return Object.defineProperties(response, {
		url: { value: url },
		redirected: { value: redirected },
	});
}

async function readWhole(body: BoundedBody, maxValues: number): Promise<Uint8Array<ArrayBuffer>> {
	const parts: Uint8Array[] = [];
	for (let part = await body.next(); part; part = await body.next()) parts.push(part);
	const whole = joined(parts, body.size);
	if (hasAtMostValues(whole, maxValues)) return whole;
	throw new AnswerTooLargeError(`Response too large: more than ${maxValues} values`);
}

/**
 * What nobody reads here of metadata (RFC 8414 §2, RFC 9728 §2): the SDK's schemas refuse the whole for it,
 * where it is of a shape that they don't know.
 */
const UNREAD =
	/^(?:bearer|claims|code_challenge|display|introspection|registration|resource|subject|ui)_/;

/** What may be asked for, https://openid.net/specs/openid-connect-prompt-create-1_0.html#section-4.1 included. */
const PROMPTS = new Set(["none", "login", "consent", "select_account", "create"]);

/**
 * JSON without what isn't read, and without null and empty texts, which some servers write where they have
 * nothing to say.
 */
function readable(whole: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
	try {
		const text = new TextDecoder().decode(whole);
		const said: unknown = JSON.parse(text, (_, value: unknown) => value ?? undefined);
		if (isObject(said)) {
			for (const name in said) if (said[name] === "" || UNREAD.test(name)) delete said[name];
			// Those that we don't know may be of any name.
			const { prompt_values_supported: prompts } = said;
			if (Array.isArray(prompts))
				said.prompt_values_supported = prompts.filter((one) => PROMPTS.has(one));
		}
		return new TextEncoder().encode(JSON.stringify(said));
	} catch {
		return whole;
	}
}

/** A body that ends with its deadline, or with its limit. */
class BoundedBody {
	/** Bytes read so far. */
	size = 0;
	readonly #reader: BodyReader;
	readonly #max: number;
	readonly #cost: JsonCost | undefined;
	readonly #deadline: Deadline;

	constructor(reader: BodyReader, { maxBytes, maxCost }: AnswerLimits, deadline: Deadline) {
		this.#reader = reader;
		this.#max = maxBytes;
		this.#cost = maxCost === undefined ? undefined : new JsonCost(maxCost);
		this.#deadline = deadline;
	}

	/** Doesn't begin to read what is too large by its own word. */
	expect({ headers }: Answer): void {
		if (Number(headers.get("content-length") ?? 0) > this.#max) throw this.#tooLarge();
	}

	async next(): Promise<Uint8Array | null> {
		const part = unlessAborted(this.#deadline.signal, this.#reader.read());
		const { done, value } = await part.catch((cause: unknown) => {
			this.#cancel(cause);
			throw this.#deadline.failure("terminated", cause);
		});
		if (done || !value) {
			this.#deadline.over();
			return null;
		}
		this.size += value.length;
		if (this.size > this.#max || this.#cost?.add(value) === false) throw this.#tooLarge();
		return value;
	}

	stream(): ReadableStream<Uint8Array> {
		return new ReadableStream(
			{
				pull: async (controller) => {
					const part = await this.next();
					if (part) controller.enqueue(part);
					else controller.close();
				},
				cancel: (reason) => this.#cancel(reason),
			},
			// Nothing is read before somebody asks for it.
			{ highWaterMark: 0 },
		);
	}

	#tooLarge(): AnswerTooLargeError {
		const error = new AnswerTooLargeError("Response too large");
		this.#cancel(error);
		return error;
	}

	/** Nobody waits for it: a body that was copied ends only when its copy is given up, too. */
	#cancel(reason: unknown): void {
		this.#deadline.over();
		this.#reader.cancel(reason).catch(() => {});
	}
}
