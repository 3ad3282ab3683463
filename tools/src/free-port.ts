import { createServer } from "node:net";

/** `wanted` where it is free on loopback, else a port that is. */
export async function freePort(wanted = 0): Promise<number> {
	const free = await new Promise<number | null>((resolve) => {
		const probe = createServer();
		probe.once("error", () => resolve(null));
		probe.listen(wanted, "127.0.0.1", () => {
			const address = probe.address();
			const port = typeof address === "object" && address ? address.port : null;
			probe.close(() => resolve(port));
		});
	});
	return free ?? freePort();
}
