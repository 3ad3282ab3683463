import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { DevnetError } from "../errors.ts";

/** The only address anything here listens on, unless it is told another. */
export const LOOPBACK = "127.0.0.1";

/** Where a server listens. */
export interface Place {
	/** The address of this machine. */
	host: string;
	/** 0 is any free one. */
	port: number;
}

/** How long a request under way may take to finish when its server closes, in milliseconds. */
const GRACE = 1000;

/** What sets the port of what, for error messages. */
const SETTINGS: Record<string, readonly [option: string, flag: string]> = {
	"The PLC directory": ["plcPort", "--plc-port or --port"],
	"The AppView": ["appViewPort", "--appview-port or --port"],
	"The handle resolver": ["handleResolverPort", "--resolver-port or --port"],
	Jetstream: ["jetstreamPort", "--jetstream-port or --port"],
	"The control endpoint": ["controlPort", "--control-port or --port"],
	PDS: ["pdsPort", "--pds-port or --port"],
};

type AnyServer = Server | SecureServer;

/** Waits until `server` listens, and turns a taken port into an error for people. */
export async function listening(server: AnyServer, what: string, port: number): Promise<number> {
	try {
		if (!server.listening) await once(server, "listening");
	} catch (error) {
		throw readable(error, what, port);
	}
	return (server.address() as AddressInfo).port;
}

/**
 * `port`, once it has been seen to be free, or one that is for 0: for what must know its port before
 * it starts.
 */
export async function reserve(what: string, port = 0): Promise<number> {
	// Whoever connects somewhere is given a port of those that a system hands out, from 32768 on: one
	// that is free below them stays so.
	for (let tries = 0; port === 0 && tries < 20; tries++) {
		const free = await probe(what, randomInt(10_000, 32_000)).catch(() => null);
		if (free !== null) return free;
	}
	return probe(what, port);
}

async function probe(what: string, port: number): Promise<number> {
	const server = createServer().listen(port, LOOPBACK);
	const free = await listening(server, what, port);
	await new Promise((resolve) => server.close(resolve));
	return free;
}

/** A function that closes `server`, upgraded connections included. Call it before connections arrive. */
export function closer(server: AnyServer): () => Promise<void> {
	const sockets = new Set<Socket>();
	server.on("connection", (socket: Socket) => {
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
	});
	return async () => {
		if (!server.listening) return;
		const closed = new Promise<boolean>((resolve) => server.close(() => resolve(true)));
		const deadline = Date.now() + GRACE;
		do server.closeIdleConnections();
		while (!(await Promise.race([closed, wait(10, false)])) && Date.now() < deadline);
		for (const socket of sockets) socket.destroy();
		await closed;
	};
}

function readable(error: unknown, what: string, port: number): unknown {
	const { code } = error as NodeJS.ErrnoException;
	const [option, flag] = SETTINGS[what] ?? SETTINGS.PDS ?? [];
	const hint = ` (${flag} on the command line, ${option} in startNetwork)`;
	if (code === "EADDRINUSE")
		return new DevnetError(
			`${what} can't listen on port ${port}: another program is using it. Stop that program, or choose another port${hint}.`,
		);
	if (code === "EACCES")
		return new DevnetError(
			`${what} may not listen on port ${port}: ports below 1024 need special rights. Choose a higher one${hint}.`,
		);
	if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
		return new DevnetError(
			`${what} can't listen there: ${(error as Error).message}. --host (host in startNetwork) takes an address of this machine, like 127.0.0.1 or 0.0.0.0.`,
		);
	return error;
}
