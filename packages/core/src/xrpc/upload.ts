import { joined } from "../base/bounded-json.ts";
import { Pace, type PaceLimits } from "../base/pace.ts";
import { isWorkerd } from "../base/runtime.ts";
import { unlessAborted } from "../base/within.ts";
import { BskyError } from "../errors.ts";

/** A body on its way to somebody's server. It is read once, and no faster than it is sent. */
export class Upload implements AsyncIterable<Uint8Array> {
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	/** Most bytes of it. */
	readonly max: number;
	#pace: Pace;
	#size = 0;
	/** What it has failed with, which the server knows nothing of. */
	failure: unknown;
	/** Whether it has been read to its end. */
	isOver = false;

	constructor(body: ReadableStream<Uint8Array>, max: number, pace: Pace) {
		this.#reader = body.getReader();
		this.max = max;
		this.#pace = pace;
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
		this.#pace.begin();
		try {
			for (let part = await this.#next(); part; part = await this.#next()) yield part;
		} catch (error) {
			this.failure = error;
			throw error;
		} finally {
			this.#pace.pause();
		}
	}

	/**
	 * All of it.
	 *
	 * @throws {BskyError} PAYLOAD_TOO_LARGE; what the body fails with
	 */
	async whole(): Promise<Uint8Array<ArrayBuffer>> {
		const parts: Uint8Array[] = [];
		for await (const part of this) parts.push(part);
		return joined(parts, this.#size);
	}

	/**
	 * Reads on, and drops it. Where a body is given up half-way, Node closes the connection, and whoever
	 * sends it never reads the answer.
	 */
	async drain(limits: PaceLimits): Promise<void> {
		this.#pace = new Pace(limits);
		this.#pace.begin();
		try {
			while (await this.#next(2 * this.max));
		} catch {
			await this.#reader.cancel().catch(() => {});
		}
		this.#pace.stop();
	}

	async #next(max = this.max): Promise<Uint8Array | null> {
		const { done, value } = await unlessAborted(this.#pace.signal, this.#reader.read());
		this.isOver = done;
		if (done) return null;
		this.#size += value.length;
		this.#pace.move(value.length);
		if (this.#size > max) throw new BskyError("PAYLOAD_TOO_LARGE");
		return value;
	}
}

/** Reads a body that nobody wants to its end, or as far as is bearable; see {@link Upload.drain}. */
export async function drained(
	body: ReadableStream<Uint8Array>,
	xrpc: PaceLimits & { maxUploadSize: number },
): Promise<void> {
	if (isWorkerd) return body.cancel().catch(() => {});
	await new Upload(body, xrpc.maxUploadSize, new Pace(xrpc)).drain(xrpc);
}
