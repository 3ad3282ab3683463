import { PlcServer } from "@did-plc/server";
import type { Gated } from "./gate.ts";
import type { Place } from "./listen.ts";
import { PlcLog } from "./plc-log.ts";
import { HttpService, type Service } from "./service.ts";

/** The PLC directory: the reference implementation, `@did-plc/server`, on a log of our own. */
export interface Plc extends Service {
	/** Every DID whose current document claims `handle`, the oldest first. */
	claimants(handle: string): Promise<string[]>;
}

/** Starts a PLC directory that keeps its operations in `file`. Port 0 picks a free one. */
export async function startPlc(file: string, place: Place): Promise<Plc & Gated> {
	const directory = new PlcDirectory(await PlcLog.open(file), place);
	await directory.start();
	return directory;
}

class PlcDirectory extends HttpService implements Plc {
	readonly #log: PlcLog;

	constructor(log: PlcLog, place: Place) {
		// PlcServer#start would listen on every interface.
		super("The PLC directory", place, PlcServer.create({ db: log }).app);
		this.#log = log;
	}

	claimants(handle: string): Promise<string[]> {
		return this.#log.claimants(handle);
	}
}
