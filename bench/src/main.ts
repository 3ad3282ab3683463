import { loadavg } from "node:os";
import { timeCalls } from "./call-times.ts";
import { measureClient } from "./client-size.ts";
import { count } from "./counts.ts";
import { timeHttpCallbacks } from "./http-times.ts";
import { measureInstalled } from "./installed.ts";
import { measureMemory } from "./memory.ts";
import { type Person, startNetworkApart } from "./network.ts";
import { timeCrowdedCallbacks } from "./people-in-postgres.ts";
import { timeReads } from "./read-times.ts";
import { machine, table, type Weights, writeReport, writeWeights } from "./report.ts";
import {
	callRows,
	clientRow,
	countRows,
	firstSignInRow,
	installedRows,
	memoryRow,
	missingRow,
	type Row,
	ratioRow,
	transferRows,
	workerRows,
} from "./rows.ts";
import { type Times, timeCallbacks, timeStarts } from "./sign-in-times.ts";
import { measureStartup, type Startups } from "./startup.ts";
import { measureTransfers } from "./transfers.ts";
import { measureWorkers } from "./worker-size.ts";
import { timeWorkers } from "./worker-times.ts";

const STARTS = 240;
const STARTS_WARM_UP = 40;
const CALLBACKS = 120;
const CALLBACKS_WARM_UP = 40;
const HTTP_CALLBACKS = 80;
const HTTP_CALLBACKS_WARM_UP = 30;
const CROWDS = { few: 1000, many: 1_000_000 };
const CROWDED_CALLBACKS = 40;
const CROWDED_CALLBACKS_WARM_UP = 20;
const READS = 1500;
const CALLS = 600;
const TRANSFERS = 5;
const STARTUPS = 45;
const WORKER_READS = 300;
const WORKER_READS_WARM_UP = 50;
const GROWTH = { starts: 2000, sessions: 20_000 };

type People = [Person, Person, Person, Person, Person, Person, ...Person[]];

/** Everything that needs a network. */
async function measureSignIns(): Promise<
	Record<"times" | "reads" | "calls" | "counts" | "startup", Row[]> & Pick<Weights, "start">
> {
	await using network = await step("starting a network", () =>
		startNetworkApart(6 + STARTS + STARTS_WARM_UP),
	);
	const [counted, next, disk, memory, bare, atcute, ...strangers] = network.people as People;
	const counts = await step("counting", () => count(network, { first: counted, next }));
	const starts = await step("sign-in starts", () => timeStarts(network, strangers, STARTS_WARM_UP));
	const callbacks = await step("callbacks", () =>
		timeCallbacks(network, { disk, memory, bare, atcute }, CALLBACKS, CALLBACKS_WARM_UP),
	);
	const http = await step("callbacks over HTTP", () =>
		timeHttpCallbacks(network, { ours: memory, bare }, HTTP_CALLBACKS, HTTP_CALLBACKS_WARM_UP),
	);
	const crowded = await step("callbacks beside a million people", () =>
		timeCrowdedCallbacks(
			network,
			{ few: memory, many: disk },
			CROWDS,
			CROWDED_CALLBACKS,
			CROWDED_CALLBACKS_WARM_UP,
		),
	);
	const reads = await step("reads", () => timeReads(network, counted, READS));
	const calls = await step("calls for a browser", () => timeCalls(network, counted, CALLS));
	const startups = await step("CPU time at start", () =>
		measureStartup(network, counted, STARTUPS),
	);
	const workers = await step("reads of workers", () =>
		timeWorkers(network, counted, WORKER_READS, WORKER_READS_WARM_UP),
	);
	return {
		start: { ours: starts.memory, bare: starts.bare },
		times: [
			...signInRows("sign-in start, a person not seen before", starts, { bare: 1.15, atcute: 1.1 }),
			...signInRows("callback, returning person", callbacks, { bare: 1, atcute: null }),
			ratioRow("callback over HTTP / a server with bare", http.ours, http.bare, 1),
			"missing" in crowded
				? missingRow(CROWDED, crowded.missing)
				: ratioRow(CROWDED, crowded.many, crowded.few, 1.3),
		],
		reads: [
			ratioRow("`/bsky/session`, warm / `/get-session`", reads.session, reads.getSession, 1.5),
			ratioRow("`/bsky/restore` / `/get-session`", reads.restore, reads.getSession, 1.5),
			ratioRow(
				"`/bsky/session` on Cloudflare's runtime, an instance per request / one for all",
				workers["per-request"],
				workers.shared,
				2,
			),
		],
		calls: callRows(calls),
		startup: startupRows(startups),
		counts: countRows(counts),
	};
}

const signInRows = (
	what: string,
	{ disk, memory, bare, atcute }: Times,
	bounds: Record<"bare" | "atcute", number | null>,
): Row[] => [
	ratioRow(`${what} / bare`, memory, bare, bounds.bare),
	ratioRow("the same with the app's database on disk", disk, bare, bounds.bare),
	ratioRow(`${what} / atcute`, memory, atcute, bounds.atcute),
];

const startupRows = (startups: Startups): Row[] => {
	const { withPlugin, alone } = startups;
	return [
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
		firstSignInRow(startups, 0.6),
	];
};

const CROWDED = "callback with a million people / with a thousand, on PostgreSQL";

async function step<T>(what: string, run: () => Promise<T>): Promise<T> {
	const begin = performance.now();
	process.stderr.write(`${what} … `);
	const result = await run();
	process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
	return result;
}

const begin = performance.now();
const { times, reads, calls, startup, counts, start } = await measureSignIns();
const client = await step("client bundle", measureClient);
const worker = await step("worker bundles", measureWorkers);
const transfers = await step("transfers", () => measureTransfers(TRANSFERS));
const installed = measureInstalled();
const growth = await step("memory", () => measureMemory(GROWTH.starts, GROWTH.sessions));

const rows: Row[] = [
	...times,
	...reads,
	...calls,
	...transferRows(transfers),
	...startup,
	...counts,
	clientRow(client),
	...workerRows(worker),
	...installedRows(installed),
	memoryRow(
		`memory growth over ${GROWTH.starts} starts and ${GROWTH.sessions} sessions`,
		growth.starts + growth.sessions,
		30,
	),
];
const minutes = ((performance.now() - begin) / 60_000).toFixed(1);
const conditions =
	`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${machine()}; load average ` +
	`at the end ${loadavg()[0]?.toFixed(1)}. Medians of ${STARTS} starts, ${CALLBACKS} callbacks ` +
	`(${HTTP_CALLBACKS} over HTTP, ${CROWDED_CALLBACKS} in a crowd), ${READS} reads and ${STARTUPS} processes on each side, in turns. ${minutes} minutes.`;
writeWeights({ installed, start, client });
writeReport(`${conditions}\n\n${table(rows)}`);
console.log(
	`\n${conditions}\n\n${table(rows)}\n\nWritten to bench/README.md, and what is compared to docs/compared.md.`,
);
