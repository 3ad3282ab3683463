import type { Data } from "../data.ts";
import { DevnetError } from "../errors.ts";
import { assertFree, freePort } from "./listen.ts";

/** Decides on ports: what a kept folder says, else what was asked for, else a free one. */
export class Ports {
	readonly #data: Data;

	constructor(data: Data) {
		this.#data = data;
	}

	/** A port, or 0 for whichever is free. A kept one can't be changed: DID documents name it. */
	choose(what: string, kept: number | undefined, asked: number | undefined): number {
		if (kept && asked && kept !== asked)
			throw new DevnetError(
				`${this.#data.dir} holds a network with ${what} on port ${kept}, and the DID documents in it say so. Start it with that port instead of ${asked}, or use another folder.`,
			);
		return kept ?? asked ?? 0;
	}

	/** The same for servers that must know their port before they start. */
	async reserve(what: string, kept?: number, asked?: number): Promise<number> {
		const port = this.choose(what, kept, asked) || (await freePort());
		await assertFree(what, port);
		return port;
	}
}
