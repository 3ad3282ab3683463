import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type { buildConnector } from "undici/index.js";
import { expect, test, vi } from "vitest";
import { atMost } from "./connections.ts";

/** Connects at once; hosts named "no" can't be connected to. */
function world(all: number, patience = 1000, perHost = all) {
	const open: EventEmitter[] = [];
	const connect = atMost({ all, perHost }, patience, ({ hostname }, callback) => {
		if (hostname === "no") return callback(new Error("refused"), null);
		const socket = new EventEmitter();
		open.push(socket);
		callback(null, socket as Socket);
	});
	const outcomes: string[] = [];
	const dial = (hostname: string, port = "443") =>
		connect({ hostname, protocol: "https:", port } as buildConnector.Options, (...[error]) => {
			outcomes.push(error ? `${hostname}: ${error.message}` : hostname);
		});
	const close = () => open.shift()?.emit("close");
	return { open, outcomes, dial, close };
}

test("no more than so many are open, and who waits comes in order", () => {
	const { open, outcomes, dial, close } = world(2);
	for (const name of ["a", "b", "c", "d", "e"]) dial(name);
	expect(outcomes).toEqual(["a", "b"]);
	close();
	expect(outcomes).toEqual(["a", "b", "c"]);
	expect(open).toHaveLength(2);
	close();
	close();
	expect(outcomes).toEqual(["a", "b", "c", "d", "e"]);
	close();
	close();
	dial("f");
	dial("g");
	dial("h");
	expect(outcomes.slice(5)).toEqual(["f", "g"]);
});

test("a host's ports count together, and who waits for one holds up nobody else", () => {
	const { outcomes, dial, close } = world(4, 1000, 2);
	for (const port of ["443", "444", "445", "446"]) dial("a", port);
	dial("A.", "447");
	expect(outcomes).toEqual(["a", "a"]);
	for (const name of ["b", "c", "d"]) dial(name);
	expect(outcomes).toEqual(["a", "a", "b", "c"]);
	close();
	expect(outcomes.slice(4)).toEqual(["a"]);
	close();
	close();
	expect(outcomes.slice(5)).toEqual(["a", "d"]);
});

test("one that can't be made takes no place", () => {
	const { outcomes, dial } = world(1);
	for (const name of ["no", "no", "a", "b"]) dial(name);
	expect(outcomes).toEqual(["no: refused", "no: refused", "a"]);
});

test("nothing is connected for those who have given up", () => {
	vi.useFakeTimers();
	try {
		const { open, outcomes, dial, close } = world(1);
		dial("a");
		dial("b");
		vi.advanceTimersByTime(600);
		dial("c");
		vi.advanceTimersByTime(600);
		close();
		expect(outcomes).toEqual(["a", "b: No connection was free in time.", "c"]);
		expect(open).toHaveLength(1);
	} finally {
		vi.useRealTimers();
	}
});
