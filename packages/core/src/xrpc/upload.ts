import { joined } from "../base/bounded-json.ts";
import { Pace, type PaceLimits } from "../base/pace.ts";
import { isWorkerd } from "../base/runtime.ts";
import { unlessAborted } from "../base/within.ts";
import { BskyError } from "../errors.ts";

export interface UploadLimits extends PaceLimits {
	/** Most bytes. */
	maxUploadSize: number;
}

/** A body on its way to somebody's server. It is read once, and no faster than it is sent. */
export class Upload implements AsyncIterable<Uint8Array> {
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	readonly #limits: UploadLimits;
	#pace: Pace;
	#size = 0;
	#state: "new" | "read" | "over" = "new";
	/** What it has failed with, which the server knows nothing of. */
	failure: unknown;

	constructor(body: ReadableStream<Uint8Array>, limits: UploadLimits, pace: Pace) {
		this.#reader = body.getReader();
		this.#limits = limits;
		this.#pace = pace;
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
		this.#state = "read";
		this.#pace.begin();
		try {
			for (let part = await this.#next(); part; part = await this.#next()) yield part;
		} catch (error) {
			this.failure = error;
			throw error;
		} finally {
			this.#pace.pause();
			// A server may have answered before it has read all.
			void this.#drain();
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

	/** Nobody wants it any more, unless somebody is reading it. */
	async drop(): Promise<void> {
		if (this.#state === "new") await this.#drain();
	}

	/**
	 * Reads on, and drops it. Where a body is given up half-way, Node closes the connection, and whoever
	 * sends it never reads the answer.
	 */
	async #drain(): Promise<void> {
		if (this.#state === "over") return;
		this.#pace = new Pace(this.#limits);
		this.#pace.begin();
		try {
			while (await this.#next(2 * this.#limits.maxUploadSize));
		} catch {
			await this.#reader.cancel().catch(() => {});
		}
		this.#pace.end();
	}

	async #next(max = this.#limits.maxUploadSize): Promise<Uint8Array | null> {
		const { done, value } = await unlessAborted(this.#pace.signal, this.#reader.read());
		if (done) {
			this.#state = "over";
			return null;
		}
		this.#size += value.length;
		this.#pace.move(value.length);
		if (this.#size > max) throw new BskyError("PAYLOAD_TOO_LARGE");
		return value;
	}
}

/** Reads a body that nobody wants to its end, or as far as is bearable. */
export async function dropped(
	body: ReadableStream<Uint8Array>,
	limits: UploadLimits,
): Promise<void> {
	if (isWorkerd) return body.cancel().catch(() => {});
	await new Upload(body, limits, new Pace(limits)).drop();
}
