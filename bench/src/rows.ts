import type { Installed } from "@better-auth-bsky/tools/installed";
import type { CallTimes } from "./call-times.ts";
import type { ClientSizes } from "./client-size.ts";
import type { Counts } from "./counts.ts";
import type { Startups } from "./startup.ts";
import type { Transfers } from "./transfers.ts";
import type { WorkerSizes } from "./worker-size.ts";

/** One line of the table. */
export interface Row {
	what: string;
	/** What was measured, and what it is held against. */
	measured: string;
	value: number;
	/** None where the row only informs. */
	bound: number | null;
	/** Writes `value` and `bound`. */
	format: (value: number) => string;
}

export const met = ({ value, bound }: Row): boolean => bound === null || value <= bound;

const asRatio = (value: number): string => value.toFixed(2);
const asCount = (value: number): string => String(value);
const asExtra = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value)}`;
const asTime = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const asMegabytes = (value: number): string => `${value.toFixed(1)} MB`;
const asKib = (value: number): string => `${value.toFixed(0)} KiB`;
const asBytes = (value: number): string => `${value} B`;

/** Statements and requests: the same on every run. */
export function countRows({ statements, requests }: Counts): Row[] {
	const sum = (name: keyof Counts["statements"]) => statements[name].statements;
	const extra = (what: string, ours: number, theirs: number, bound: number): Row => ({
		what,
		measured: `${ours} / ${theirs}`,
		value: ours - theirs,
		bound,
		format: asExtra,
	});
	const asked = (what: string, name: "start" | "newPerson" | "returning") =>
		extra(`requests: ${what} / bare SDK`, requests.ours[name], requests.bare[name], 0);
	return [
		{
			what: "statements: sign-in start",
			measured: `${sum("start")}`,
			value: sum("start"),
			bound: 2,
			format: asCount,
		},
		{
			what: "statements: what an app does once a minute, beside a start",
			measured: `${sum("nowAndThen")}`,
			value: sum("nowAndThen"),
			bound: null,
			format: asCount,
		},
		extra(
			"statements: new person's callback / e-mail sign-up",
			sum("newPerson"),
			sum("signUpEmail"),
			7,
		),
		extra(
			"statements: returning person's callback / new person's",
			sum("returning"),
			sum("newPerson"),
			0,
		),
		extra(
			"statements: `/bsky/session`, warm / `/get-session`",
			sum("session"),
			sum("getSession"),
			1,
		),
		extra("statements: `/bsky/restore` / `/get-session`", sum("restore"), sum("getSession"), 1),
		extra("statements: `/bsky/xrpc` / `/get-session`", sum("call"), sum("getSession"), 1),
		asked("sign-in start", "start"),
		asked("new person's callback", "newPerson"),
		asked("returning person's callback", "returning"),
	];
}

export function clientRow({ alone, withPlugin }: ClientSizes): Row {
	return {
		what: "client plugin, minified and brotli, on top of better-auth's client",
		measured: `${withPlugin} B / ${alone} B`,
		value: withPlugin - alone,
		bound: 1000,
		format: asBytes,
	};
}

/** What a worker uploads. */
export function workerRows({ alone, whole, withoutAgent }: WorkerSizes): Row[] {
	const row = (what: string, value: number, bound: number): Row => ({
		what: `Cloudflare Worker with ${what}, minified and gzip`,
		measured: `better-auth alone ${asKib(alone)}`,
		value,
		bound,
		format: asKib,
	});
	return [
		row("better-auth and the plugin", whole, 450),
		row("both but for `@atproto/api`, which the agent is from", withoutAgent, 280),
	];
}

/** What an install brings to the disk: the same wherever the lockfile is. */
export function installedRows({ ours, bare }: Record<"ours" | "bare", Installed>): Row[] {
	return [
		{
			what: "packages beside better-auth / `@atproto/oauth-client-node` by itself",
			measured: `${ours.packages} / ${bare.packages}`,
			value: ours.packages,
			bound: bare.packages - 1,
			format: asCount,
		},
		{
			what: "megabytes beside better-auth / `@atproto/oauth-client-node` by itself",
			measured: `${asMegabytes(ours.bytes / 1e6)} / ${asMegabytes(bare.bytes / 1e6)}`,
			value: ours.bytes / 1e6,
			bound: bare.bytes / 1e6,
			format: asMegabytes,
		},
	];
}

/** What the first sign-in of a process costs on top of the app's own first request, in CPU time. */
export function firstSignInRow({ withPlugin, alone, bare }: Startups, bound: number): Row {
	const added = withPlugin.begun - alone.answered;
	return {
		what: "CPU time to import and begin the first sign-in, on top of better-auth alone / bare",
		measured: `${asTime(added)} (${asTime(withPlugin.begun)} − ${asTime(alone.answered)}) / ${asTime(bare.begun)}`,
		value: added / bare.begun,
		bound,
		format: asRatio,
	};
}

/** Two times of the same kind, in milliseconds. */
export function ratioRow(what: string, ours: number, theirs: number, bound: number | null): Row {
	return {
		what,
		measured: `${asTime(ours)} / ${asTime(theirs)}`,
		value: ours / theirs,
		bound,
		format: asRatio,
	};
}

export function memoryRow(what: string, bytes: number, bound: number): Row {
	return {
		what,
		measured: "heap after garbage collection",
		value: bytes / 1e6,
		bound,
		format: (value) => `${value.toFixed(0)} MB`,
	};
}

/** What it costs a browser to call through the app. */
export const callRows = ({ one, atOnce, cpu }: CallTimes): Row[] => [
	ratioRow(
		"a small query by `/bsky/xrpc` / by the server's own fetch",
		one.proxied,
		one.direct,
		1.25,
	),
	ratioRow("the same / by `/get-session` and the server's own fetch", one.proxied, one.byHand, 1.1),
	ratioRow("sixteen of them at once", atOnce.proxied, atOnce.direct, 1.25),
	ratioRow(
		"the same / by `/get-session` and the server's own fetch",
		atOnce.proxied,
		atOnce.byHand,
		1.1,
	),
	{
		what: "CPU time of one, beside that of the server's own",
		measured: `${asTime(cpu.proxied)} / ${asTime(cpu.direct)}`,
		value: cpu.proxied - cpu.direct,
		bound: 2,
		format: asTime,
	},
];

/** 200 MB through an app's process. */
export const transferRows = (transfers: Transfers): Row[] =>
	(["up", "down"] as const).flatMap((way) => {
		const { ours, bare, web } = transfers[way];
		const what = `200 MB ${way} by \`/bsky/xrpc\``;
		const growth = (measured: string, value: number, theirs: number, bound: number): Row => ({
			what: measured,
			measured: `${asMegabytes(value / 1e6)} / ${asMegabytes(theirs / 1e6)}`,
			value: (value - theirs) / 1e6,
			bound,
			format: asMegabytes,
		});
		return [
			ratioRow(`${what} / piped by node:http`, ours.time, bare.time, 1.25),
			ratioRow("the same / by better-auth's handler and `fetch` alone", ours.time, web.time, 1.1),
			growth("growth of the process, over that of the pipe", ours.growth, bare.growth, 60),
			growth("the same, over that of the first time", ours.growth, ours.first, 0),
		];
	});

/** What can't be measured on this machine. */
export const missingRow = (what: string, why: string): Row => ({
	what,
	measured: `not measured: ${why}`,
	value: Number.NaN,
	bound: null,
	format: () => "",
});
