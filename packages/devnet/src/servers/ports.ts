import type { Data, Settings } from "../data.ts";
import { DevnetError } from "../errors.ts";
import type { NetworkOptions } from "../options.ts";
import { appViewKind } from "./app-view.ts";
import { pdsName } from "./pdses.ts";
import type { Service } from "./service.ts";

/** The ports of a network's servers. 0 is whichever is free when the server starts. */
export interface Ports {
	plc: number;
	/** Undefined without an AppView. */
	appView: number | undefined;
	handleResolver: number;
	jetstream: number;
	/** One for each PDS. */
	pdses: readonly number[];
}

/**
 * Decides on ports: what a kept folder says, else what was asked for, else any free one.
 *
 * @throws {DevnetError} when another port is asked for than the kept one: DID documents name it.
 */
export function choosePorts(asked: NetworkOptions, { dir, settings }: Data): Ports {
	const choose = (what: string, kept: number | undefined, wanted: number | undefined): number => {
		if (kept && wanted && kept !== wanted)
			throw new DevnetError(
				`${dir} holds a network with ${what} on port ${kept}, and the DID documents in it say so. Start it with that port instead of ${wanted}, or use another folder.`,
			);
		return kept ?? wanted ?? 0;
	};
	const pdsPorts = [asked.pdsPort ?? []].flat();
	const pdsCount = Math.max(asked.pdsCount ?? 1, settings.pdses.length, 1);
	return {
		plc: choose("the PLC directory", settings.plcPort, asked.plcPort),
		appView:
			appViewKind(asked.appView) && choose("the AppView", settings.appViewPort, asked.appViewPort),
		handleResolver: choose(
			"the handle resolver",
			settings.handleResolverPort,
			asked.handleResolverPort,
		),
		jetstream: choose("Jetstream", settings.jetstreamPort, asked.jetstreamPort),
		pdses: Array.from({ length: pdsCount }, (_, index) =>
			choose(pdsName(index).replace("The", "the"), settings.pdses[index]?.port, pdsPorts[index]),
		),
	};
}

/** Writes down where the servers listen now, for the next start from this folder. */
export function keepPorts(
	settings: Settings,
	at: { plc: Service; appView: Service | undefined; handleResolver: Service; jetstream: Service },
): void {
	settings.plcPort = at.plc.port;
	if (at.appView) settings.appViewPort = at.appView.port;
	settings.handleResolverPort = at.handleResolver.port;
	settings.jetstreamPort = at.jetstream.port;
}
