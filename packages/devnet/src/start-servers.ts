import type { Data } from "./data.ts";
import { type Jetstream, startJetstream } from "./jetstream/server.ts";
import type { NetworkOptions } from "./options.ts";
import { postgresUrl } from "./reference/database.ts";
import type { RunningAppView } from "./servers/app-view.ts";
import type { Gated } from "./servers/gate.ts";
import { resolveHandle, startHandleResolver } from "./servers/handle-resolver.ts";
import { LOOPBACK, type Place, reserve } from "./servers/listen.ts";
import type { Pds } from "./servers/pds.ts";
import { Pdses } from "./servers/pdses.ts";
import { type Plc, startPlc } from "./servers/plc.ts";
import { choosePorts, keepPorts } from "./servers/ports.ts";
import type { HttpService } from "./servers/service.ts";
import type { Undo } from "./servers/undo.ts";
import { startStandIn } from "./stand-in/app-view.ts";

/** Everything of a network that listens. */
export interface Servers {
	plc: Plc & Gated;
	pdses: Pdses;
	handleResolver: HttpService;
	jetstream: Jetstream;
	/** Undefined when none is wanted. */
	appView: RunningAppView | undefined;
}

/** Starts the servers of a network, each after those it needs. `undo` gets how to stop them. */
export async function startServers(
	options: NetworkOptions,
	data: Data,
	undo: Undo,
): Promise<Servers> {
	const { host = LOOPBACK } = options;
	const at = (port: number): Place => ({ host, port });
	const ports = choosePorts(options, data);
	const plc = await startPlc(data.path("plc.jsonl"), at(ports.plc));
	undo.add(() => plc.stop());

	// The PDSes are told where the AppView is going to be; it connects to them when it starts.
	const wanted = ports.appView;
	const appViewPort = wanted === undefined ? wanted : await reserve("The AppView", wanted);
	const pdses = new Pdses(data, { host, plcUrl: plc.url, appViewPort, env: options.pdsEnv });
	undo.add(() => pdses.close());
	for (const port of ports.pdses) await pdses.add(port);

	const handleResolver = await startHandleResolver(pdses.list, plc, at(ports.handleResolver));
	undo.add(() => handleResolver.stop());
	const jetstream = await startJetstream(pdses.list, at(ports.jetstream));
	undo.add(() => jetstream.stop());
	pdses.onEvent = () => jetstream.refresh();

	const appView = appViewPort
		? await startAppView(options, data, { place: at(appViewPort), plc, pdses: pdses.list })
		: undefined;
	if (appView) undo.add(() => appView.close());

	keepPorts(data.settings, { plc, appView, handleResolver, jetstream });
	return { plc, pdses, handleResolver, jetstream, appView };
}

async function startAppView(
	options: NetworkOptions,
	data: Data,
	{ place, plc, pdses }: { place: Place; plc: Plc; pdses: readonly Pds[] },
): Promise<RunningAppView> {
	const config = { place, plcUrl: plc.url, pdses };
	if (options.appView !== "reference") return startStandIn(config);
	const { startReference } = await import("./reference/app-view.ts");
	return startReference({
		...config,
		postgresUrl: postgresUrl(options.postgresUrl),
		cacheDir: data.path("images"),
		resolveHandle: (handle) => resolveHandle(handle, pdses, plc),
	});
}
