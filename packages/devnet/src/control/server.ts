import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { DevnetError } from "../errors.ts";
import type { ControlAddress, Network } from "../network.ts";
import type { NetworkOptions } from "../options.ts";
import { LOOPBACK } from "../servers/listen.ts";
import { HttpService, urlOf } from "../servers/service.ts";
import type { Undo } from "../servers/undo.ts";
import { COMMANDS, type WhenGone } from "./commands.ts";
import { writeRunning } from "./running.ts";

/** Starts what other processes drive the network through, and writes down where it is. */
export async function startControl(
	network: Network,
	{ controlPort = 0, controlToken, host = LOOPBACK }: NetworkOptions,
	undo: Undo,
): Promise<ControlAddress> {
	const token = controlToken ?? process.env.BSKY_DEVNET_TOKEN ?? randomBytes(32).toString("hex");
	const service = new HttpService(
		"The control endpoint",
		{ host, port: controlPort },
		(request, response) => void answer(network, { token, host }, request, response),
	);
	await service.start();
	undo.add(() => service.stop());
	const address = { url: service.url, token };
	undo.add(await writeRunning(address));
	return address;
}

interface Guard {
	token: string;
	/** What it listens on. */
	host: string;
}

async function answer(
	network: Network,
	guard: Guard,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	let isHeld = false;
	const whenGone: WhenGone = (then) => {
		isHeld = true;
		response.on("close", then);
	};
	const send = (status: number, body: object) => {
		response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
		response.write(JSON.stringify(body));
		if (!isHeld) response.end();
	};
	const refusal = refusalOf(request, guard);
	if (refusal) return send(refusal.status, { error: refusal.error });
	const name = urlOf(request).pathname.slice(1);
	const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
	if (!command || request.method !== "POST")
		return send(404, { error: `There is no command "${name}" here` });
	try {
		const given: unknown = JSON.parse((await text(request)) || "{}");
		send(200, { result: (await command(network, Object(given), whenGone)) ?? null });
	} catch (error) {
		const isTheirs = error instanceof DevnetError || error instanceof SyntaxError;
		send(isTheirs ? 400 : 500, { error: error instanceof Error ? error.message : String(error) });
	}
}

/**
 * Why somebody may not speak here. A web page is turned away three times: it has no token, its browser
 * says where it is from, and a name that it has made to lead here is in `Host`.
 */
function refusalOf(
	{ headers }: IncomingMessage,
	{ token, host }: Guard,
): { status: number; error: string } | undefined {
	if (headers.origin !== undefined || headers["sec-fetch-site"] !== undefined)
		return { status: 403, error: "Web pages may not speak to a network's control endpoint" };
	const name = URL.parse(`http://${headers.host}`)?.hostname ?? "";
	if (host === LOOPBACK && !["localhost", LOOPBACK, "[::1]"].includes(name))
		return { status: 403, error: `This is reached as localhost, not as "${name}"` };
	const given = Buffer.from(headers.authorization ?? "");
	const wanted = Buffer.from(`Bearer ${token}`);
	if (given.length === wanted.length && timingSafeEqual(given, wanted)) return undefined;
	return { status: 401, error: "The token isn't that of this network" };
}
