import type { ServerResponse } from "node:http";
import { isValidHandle, normalizeHandle } from "@atproto/syntax";
import type { Place } from "./listen.ts";
import type { Pds } from "./pds.ts";
import type { Plc } from "./plc.ts";
import { HttpService, urlOf } from "./service.ts";

const PATH = "/xrpc/com.atproto.identity.resolveHandle";

/**
 * Answers `com.atproto.identity.resolveHandle` for every handle of the network, whichever of its
 * servers it lives on. Like DNS out in the world, it doesn't depend on any of them being up: a PDS
 * that is down is answered for from the PLC directory's log.
 */
export async function startHandleResolver(
	pdses: readonly Pds[],
	plc: Plc,
	place: Place,
): Promise<HttpService> {
	const service = new HttpService("The handle resolver", place, async (request, response) => {
		const url = urlOf(request);
		if (url.pathname !== PATH)
			return send(response, 404, { error: "NotFound", message: `Only ${PATH} is here` });
		const handle = normalizeHandle(url.searchParams.get("handle") ?? "");
		if (!isValidHandle(handle))
			return send(response, 400, { error: "InvalidRequest", message: "Not a valid handle" });
		const did = await resolveHandle(handle, pdses, plc).catch(() => undefined);
		if (did) return send(response, 200, { did });
		send(response, 400, { error: "HandleNotFound", message: "Unable to resolve handle" });
	});
	await service.start();
	return service;
}

/** The server whose domain `handle` is under: the longest match, so `.pds2.test` before `.test`. */
export function serverOf(handle: string, pdses: readonly Pds[]): Pds | undefined {
	return pdses
		.filter(({ handleDomain }) => handle.endsWith(handleDomain))
		.sort((a, b) => b.handleDomain.length - a.handleDomain.length)[0];
}

/** The DID of `handle`, as its server says, else as the PLC directory knows it. */
export async function resolveHandle(
	handle: string,
	pdses: readonly Pds[],
	plc: Plc,
): Promise<string | undefined> {
	if (!isValidHandle(handle)) return undefined;
	const pds = serverOf(handle, pdses);
	if (!pds?.running) return (await plc.claimants(handle))[0];
	const account = await pds.server.ctx.accountManager.getAccount(handle);
	return account?.did;
}

function send(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, {
		"content-type": "application/json",
		"access-control-allow-origin": "*",
	});
	response.end(JSON.stringify(body));
}
