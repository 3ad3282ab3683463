import { type Data, newPdsSecrets } from "../data.ts";
import { DevnetError } from "../errors.ts";
import type { Gated } from "./gate.ts";
import { reserve } from "./listen.ts";
import { type Pds, type PdsConfig, startPds } from "./pds.ts";
import { Undo } from "./undo.ts";

/** What is the same for all of them. */
type Shared = Pick<PdsConfig, "host" | "plcUrl" | "appViewPort" | "env">;

/** The PDSes of a network: a list that grows. */
export class Pdses {
	readonly list: (Pds & Gated)[] = [];
	/** Called when there is something new in the event stream of one of them. */
	onEvent: () => void = () => {};
	readonly #undo = new Undo();
	readonly #data: Data;
	readonly #shared: Shared;

	constructor(data: Data, shared: Shared) {
		this.#data = data;
		this.#shared = shared;
	}

	/** Starts one more, or the next of a kept folder. Port 0 picks a free one. */
	async add(port: number): Promise<Pds> {
		const index = this.list.length;
		const name = pdsName(index);
		const { settings } = this.#data;
		// Its port is part of its identity, so it must be known before.
		const own = { ...(settings.pdses[index] ?? newPdsSecrets()), port: await reserve(name, port) };
		settings.pdses[index] = own;
		const pds = await startPds({
			...this.#shared,
			name,
			dir: this.#data.path(`pds-${index + 1}`),
			settings: own,
			handleDomain: index === 0 ? ".test" : `.pds${index + 1}.test`,
			onEvent: () => this.onEvent(),
		});
		this.list.push(pds);
		this.#undo.add(() => pds.stop());
		await this.#data.save();
		return pds;
	}

	/** The one at this place in the order in which they were made. */
	at(index: number): Pds {
		const pds = this.list[index];
		if (!pds) throw new DevnetError(`${pdsName(index)} is not on this network`);
		return pds;
	}

	/** Stops all of them for good. */
	close(): Promise<void> {
		return this.#undo.run();
	}
}

/** What a PDS is called in messages and on its own pages. */
export const pdsName = (index: number): string => (index === 0 ? "The PDS" : `PDS ${index + 1}`);
