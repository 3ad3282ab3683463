import type { buildConnector } from "undici/index.js";

type Connect = buildConnector.connector;

/**
 * Makes at most `max` connections at a time. Whoever comes when all are in use waits for one to close,
 * up to `patience` milliseconds: by then nobody waits for what it was wanted for.
 */
export function atMost(max: number, patience: number, connect: Connect): Connect {
	let open = 0;
	const waiting: { until: number; go: Parameters<Connect> }[] = [];

	const free = () => {
		open--;
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			if (next.until > Date.now()) return take(...next.go);
			next.go[1](new Error("No connection was free in time."), null);
		}
	};
	const take: Connect = (options, callback) => {
		open++;
		connect(options, (...outcome) => {
			const [error, socket] = outcome;
			if (error) free();
			else socket.once("close", free);
			callback(...outcome);
		});
	};
	return (...go) => {
		if (open < max) take(...go);
		else waiting.push({ until: Date.now() + patience, go });
	};
}
