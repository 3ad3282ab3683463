import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { type Installed, packageOf, sizeOf } from "@better-auth-bsky/tools/installed";
import { table as markdownTable } from "@better-auth-bsky/tools/markdown";
import { fillMarks, marksOf } from "@better-auth-bsky/tools/marks";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type { ClientSizes } from "./client-size.ts";
import { met, type Row } from "./rows.ts";

const README = join(import.meta.dirname, "..", "README.md");
const COMPARED = join(import.meta.dirname, "..", "..", "docs", "compared.md");

export function table(rows: readonly Row[]): string {
	const lines = rows.map((row) => [
		row.what,
		row.measured,
		row.format(row.value),
		row.bound === null ? "" : row.format(row.bound),
		row.bound === null ? "" : met(row) ? "yes" : "**no**",
	]);
	return markdownTable(["", "measured", "result", "bound", "met"], lines);
}

export function machine(): string {
	const [cpu] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	return `${cpus().length} × ${cpu?.model.trim()}, ${memory} GB, ${process.platform} ${process.arch}`;
}

/** Puts `text` between the marks in the README. */
export const writeReport = (text: string): void => fill(README, "measured", text);

/** What docs/compared.md says of the two ways to sign in. */
export interface Weights {
	installed: Record<"ours" | "bare", Installed>;
	/** In milliseconds. */
	start: Record<"ours" | "bare", number>;
	client: ClientSizes;
}

/** Puts them where they are compared. */
export function writeWeights({ installed, start, client }: Weights): void {
	const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
	const core = realpathSync(join(ROOT, "packages", "core"));
	const agent = sizeOf([packageOf("@atproto/api", core)]);
	const { ours, bare } = installed;
	const rows = [
		["packages on the server, beside better-auth", `${ours.packages}`, `${bare.packages}`],
		[
			"megabytes of these",
			`${megabytes(ours.bytes)}, of which ${megabytes(agent.bytes)} are \`@atproto/api\``,
			`${megabytes(bare.bytes)}, without \`@atproto/api\``,
		],
		["begin a sign-in", `${start.ours.toFixed(0)} ms`, `${start.bare.toFixed(0)} ms`],
		[
			"in the browser, on top of better-auth's client",
			`${client.withPlugin - client.alone} bytes`,
			"what you write",
		],
	];
	fill(COMPARED, "weighed", markdownTable(["", "`better-auth-bsky`", "by hand"], rows));
}

function fill(file: string, mark: string, text: string): void {
	const page = readFileSync(file, "utf8");
	if (!marksOf(page).includes(mark)) throw new Error(`${file} has no marks "${mark}".`);
	writeFileSync(
		file,
		fillMarks(page, (name) => (name === mark ? text : undefined)),
	);
}
