import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A PLC directory in front of another one, which can be slow. */
export interface SlowPlc {
	url: string;
	/** How long each answer takes, in milliseconds. */
	delay: number;
	close(): void;
}

export async function startSlowPlc(target: string): Promise<SlowPlc> {
	const server: Server = createServer(async (request, response) => {
		await wait(plc.delay);
		const answer = await fetch(new URL(request.url ?? "", target));
		const type = answer.headers.get("content-type") ?? "";
		response.writeHead(answer.status, { "content-type": type });
		response.end(await answer.text());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
	const { port } = server.address() as AddressInfo;
	const plc = { url: `http://127.0.0.1:${port}`, delay: 0, close: () => void server.close() };
	return plc;
}
