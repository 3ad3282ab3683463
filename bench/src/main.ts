import { loadavg } from "node:os";
import { measureClient } from "./client-size.ts";
import { count } from "./counts.ts";
import { measureMemory } from "./memory.ts";
import { type Person, startNetworkApart } from "./network.ts";
import { timeReads } from "./read-times.ts";
import { machine, table, writeReport } from "./report.ts";
import { clientRow, countRows, memoryRow, type Row, ratioRow } from "./rows.ts";
import { type Times, timeCallbacks, timeStarts } from "./sign-in-times.ts";
import { measureStartup } from "./startup.ts";

const STARTS = 240;
const STARTS_WARM_UP = 40;
const CALLBACKS = 120;
const CALLBACKS_WARM_UP = 40;
const READS = 1500;
const STARTUPS = 100;
const GROWTH = { starts: 2000, sessions: 20_000 };

type People = [Person, Person, Person, Person, ...Person[]];

/** Everything that needs a network. */
async function measureSignIns(): Promise<{ times: Row[]; reads: Row[]; counts: Row[] }> {
	await using network = await step("starting a network", () =>
		startNetworkApart(4 + STARTS + STARTS_WARM_UP),
	);
	const [counted, disk, memory, bare, ...strangers] = network.people as People;
	const counts = await step("counting", () => count(network, counted));
	const starts = await step("sign-in starts", () => timeStarts(network, strangers, STARTS_WARM_UP));
	const callbacks = await step("callbacks", () =>
		timeCallbacks(network, { disk, memory, bare }, CALLBACKS, CALLBACKS_WARM_UP),
	);
	const reads = await step("reads", () => timeReads(network, counted, READS));
	return {
		times: [
			...signInRows("sign-in start, a person not seen before / bare", starts, 1.15),
			...signInRows("callback, returning person / bare", callbacks, 1),
		],
		reads: [
			ratioRow("`/bsky/session`, warm / `/get-session`", reads.session, reads.getSession, 1.5),
			ratioRow("`/bsky/restore` / `/get-session`", reads.restore, reads.getSession, 1.5),
		],
		counts: countRows(counts),
	};
}

const signInRows = (what: string, { disk, memory, bare }: Times, bound: number): Row[] => [
	ratioRow(what, memory, bare, bound),
	ratioRow("the same with the app's database on disk", disk, bare, bound),
];

async function step<T>(what: string, run: () => Promise<T>): Promise<T> {
	const begin = performance.now();
	process.stderr.write(`${what} … `);
	const result = await run();
	process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
	return result;
}

const begin = performance.now();
const { times, reads, counts } = await measureSignIns();
const { alone, withPlugin } = await step("CPU time at start", () => measureStartup(STARTUPS));
const client = await step("client bundle", measureClient);
const growth = await step("memory", () => measureMemory(GROWTH.starts, GROWTH.sessions));

const rows: Row[] = [
	...times,
	...reads,
	ratioRow(
		"CPU time to import, with / without the plugin",
		withPlugin.imported,
		alone.imported,
		1.05,
	),
	ratioRow(
		"CPU time to import and answer the first `/get-session`",
		withPlugin.answered,
		alone.answered,
		1.05,
	),
	...counts,
	clientRow(client),
	memoryRow(
		`memory growth over ${GROWTH.starts} starts and ${GROWTH.sessions} sessions`,
		growth.starts + growth.sessions,
		30,
	),
];
const minutes = ((performance.now() - begin) / 60_000).toFixed(1);
const conditions =
	`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${machine()}; load average ` +
	`at the end ${loadavg()[0]?.toFixed(1)}. Medians of ${STARTS} starts, ${CALLBACKS} callbacks, ` +
	`${READS} reads and ${STARTUPS} processes on each side, in turns. ${minutes} minutes.`;
writeReport(`${conditions}\n\n${table(rows)}`);
console.log(`\n${conditions}\n\n${table(rows)}\n\nWritten to bench/README.md.`);
