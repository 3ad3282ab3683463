import { fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { pipeline } from "node:stream/promises";
import { HttpBrowser, sendTo } from "@better-auth-bsky/tools/http-browser";
import { startDirectories, startEvilServer } from "../../packages/core/test/evil-server.ts";
import { ORIGIN } from "./app.ts";
import { arrive } from "./browser.ts";
import { median } from "./interleave.ts";
import { DOWN, UP } from "./transfer-methods.ts";

const PIECE = Buffer.alloc(64 * 1024, "x");
const SIZE = 200_000_000;

const SIDES = ["ours", "bare", "web"] as const;
type Side = (typeof SIDES)[number];

/** Milliseconds, and bytes that the process has grown by at most: of the first transfer, and of a later one. */
export type Transfers = Record<
	"up" | "down",
	Record<Side, { time: number; growth: number; first: number }>
>;

/** 200 MB up and down through an app's `/bsky/xrpc`, beside servers that pipe one request into another. */
export async function measureTransfers(rounds: number): Promise<Transfers> {
	await using stack = new AsyncDisposableStack();
	const mallory = await startEvilServer();
	stack.defer(() => mallory.close());
	const world = await startDirectories([mallory]);
	stack.defer(() => world.close());
	mallory.xrpc = async (incoming, response) => {
		for await (const _ of incoming);
		response.writeHead(200, { "content-type": "application/octet-stream" });
		if (incoming.method === "POST") response.end("{}");
		else await pipeline(pieces, response).catch(() => {});
	};
	const servers = {
		ours: stack.use(await startServer("ours", world, mallory.origin)),
		bare: stack.use(await startServer("bare", world, mallory.origin)),
		web: stack.use(await startServer("web", world, mallory.origin)),
	};
	const browser = new HttpBrowser(ORIGIN, sendTo(`http://127.0.0.1:${servers.ours.port}`));
	await arrive(browser, mallory.approve(await browser.begin(mallory.did)));
	const measured: Record<"up" | "down", Record<Side, { time: number; growth: number }[]>> = {
		up: { ours: [], bare: [], web: [] },
		down: { ours: [], bare: [], web: [] },
	};
	for (const way of ["up", "down"] as const) {
		for (let round = 0; round < rounds; round++) {
			for (const side of SIDES) {
				await servers[side].growth();
				const begin = performance.now();
				await transfer(way, servers[side].port, browser.cookie);
				const time = performance.now() - begin;
				measured[way][side].push({ time, growth: await servers[side].growth() });
			}
		}
	}
	const summed = (all: { time: number; growth: number }[]) => {
		const [first, ...later] = all;
		return {
			time: median(all.map(({ time }) => time)),
			growth: median(later.map(({ growth }) => growth)),
			first: first?.growth ?? Number.NaN,
		};
	};
	const both = (way: "up" | "down") => ({
		ours: summed(measured[way].ours),
		bare: summed(measured[way].bare),
		web: summed(measured[way].web),
	});
	return { up: both("up"), down: both("down") };
}

function* pieces() {
	for (let sent = 0; sent < SIZE; sent += PIECE.length) yield PIECE;
}

async function transfer(way: "up" | "down", port: number, cookie: string): Promise<void> {
	const outgoing = request({
		...{ port, host: "127.0.0.1", method: way === "up" ? "POST" : "GET" },
		path: `/api/auth/bsky/xrpc/${way === "up" ? UP : DOWN}`,
		headers: {
			...{ host: new URL(ORIGIN).host, origin: ORIGIN, cookie },
			...(way === "up" && { "content-type": "video/mp4" }),
		},
	});
	const answered = once(outgoing, "response");
	if (way === "up") await pipeline(pieces, outgoing);
	else outgoing.end();
	const [answer] = await answered;
	let size = 0;
	for await (const piece of answer) size += piece.length;
	const isFine = answer.statusCode === 200 && (way === "up" || size >= SIZE);
	if (!isFine) throw new Error(`transfer ${way}: ${answer.statusCode}, ${size} bytes`);
}

async function startServer(
	side: Side,
	{ handleResolverUrl, plcUrl }: { handleResolverUrl: string; plcUrl: string },
	upstream: string,
) {
	const child = fork(
		new URL("transfer-child.ts", import.meta.url),
		[side, handleResolverUrl, plcUrl, upstream],
		{ execArgv: ["--conditions=@better-auth-bsky/source", "--expose-gc"] },
	);
	const exited = once(child, "exit");
	const [port] = (await once(child, "message")) as [number];
	return {
		port,
		/** Bytes since it was asked last. */
		async growth(): Promise<number> {
			const answer = once(child, "message");
			child.send("");
			return (await answer)[0] as number;
		},
		async [Symbol.asyncDispose]() {
			child.disconnect();
			await exited;
		},
	};
}
