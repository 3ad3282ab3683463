import * as plc from "@did-plc/server";
import { PlcLog } from "./plc-log.ts";
import { type Service, serve } from "./service.ts";

/** The PLC directory: the reference implementation, `@did-plc/server`, on a log of our own. */
export interface Plc extends Service {
	/** Every DID whose current document claims `handle`, the oldest first. */
	claimants(handle: string): Promise<string[]>;
}

/** Starts a PLC directory that keeps its operations in `file`. Port 0 picks a free one. */
export async function startPlc(file: string, port: number): Promise<Plc> {
	const database = await PlcLog.open(file);
	// PlcServer#start would listen on every interface.
	const { app } = plc.PlcServer.create({ db: database });
	const service = await serve("The PLC directory", port, app);
	return Object.defineProperty(service, "claimants", {
		value: (handle: string) => database.claimants(handle),
	}) as Plc;
}
