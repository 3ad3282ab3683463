import { afterAll, beforeAll } from "vitest";

/** Most that one turn of the event loop may take of the CPU, in milliseconds. */
export const MAX_BLOCKED = 100;
/** Most that one answer may take of memory, in bytes. */
export const MAX_GROWTH = 50_000_000;

// Each mistake in an answer is an error, which costs by its frames: as many as in any app, where Vitest
// has ten times as many.
const frames = Error.stackTraceLimit;
beforeAll(() => {
	Error.stackTraceLimit = 10;
});
afterAll(() => {
	Error.stackTraceLimit = frames;
});

/** Most CPU time of one turn of the event loop, and most memory, while something happens. */
export async function costOf(work: () => Promise<void>) {
	const before = process.memoryUsage.rss();
	const cost = { blocked: 0, growth: 0 };
	let last = process.threadCpuUsage();
	const look = () => {
		const now = process.threadCpuUsage();
		const blocked = (now.user - last.user + now.system - last.system) / 1000;
		last = now;
		cost.blocked = Math.max(cost.blocked, blocked);
		if (blocked > 5) cost.growth = Math.max(cost.growth, process.memoryUsage.rss() - before);
	};
	const timer = setInterval(look, 1);
	await work();
	look();
	clearInterval(timer);
	cost.growth = Math.max(cost.growth, process.memoryUsage.rss() - before);
	return cost;
}

/** What it cost, where that is too much. A second look, since compilers and collectors take turns, too. */
export async function tooExpensive(name: string, work: () => Promise<void>): Promise<unknown[]> {
	for (let left = 2; ; left--) {
		const cost = await costOf(work);
		if (cost.blocked < MAX_BLOCKED && cost.growth < MAX_GROWTH) return [];
		if (left === 0) return [[name, cost]];
	}
}
