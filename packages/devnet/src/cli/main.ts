import { readFileSync } from "node:fs";
import { describeNetwork } from "../control/describe.ts";
import { DevnetError, NotRunningError } from "../errors.ts";
import { startNetwork } from "../start.ts";
import { parseCommand, UsageError } from "./arguments.ts";
import { drive, isDrive } from "./drive.ts";
import { HELP } from "./help.ts";
import { table } from "./report.ts";

/** Two signals within that are one. In milliseconds. */
const SAME = 500;

/**
 * The `bsky-devnet` command. Without the name of a command it runs a network until it is told to stop.
 *
 * @param argv what follows the name of the program
 * @returns its exit code: 0, 1 when a running network refuses, 2 when it can't run or is used wrongly
 */
export async function main(argv: readonly string[]): Promise<number> {
	const [word = ""] = argv;
	const driving = isDrive(word);
	try {
		await (driving ? drive(word, argv.slice(1)) : run(argv));
		return 0;
	} catch (error) {
		const isKnown = error instanceof DevnetError;
		const said = isKnown ? error.message : inFull(error);
		for (const line of said.split("\n")) process.stderr.write(`bsky-devnet: ${line}\n`);
		if (!isKnown && argv.includes("--verbose")) console.error(error);
		const isMisused = error instanceof UsageError || error instanceof NotRunningError;
		return driving && isKnown && !isMisused ? 1 : 2;
	}
}

/** What a system or a server has said, with what that came of. */
function inFull(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	return error.cause === undefined ? error.message : `${error.message}: ${inFull(error.cause)}`;
}

async function run(argv: readonly string[]): Promise<void> {
	const command = parseCommand(argv);
	if (command.show === "help") return void process.stdout.write(HELP);
	if (command.show === "version") return void process.stdout.write(`${version()}\n`);

	let since: number | undefined;
	const stop = new Promise<void>((resolve) => {
		for (const signal of ["SIGINT", "SIGTERM"] as const)
			process.on(signal, () => {
				// Somebody who asks twice doesn't want to wait. What started this may hand on what a terminal
				// has told both.
				if (since !== undefined && performance.now() - since > SAME) process.exit(1);
				since ??= performance.now();
				resolve();
			});
	});

	const network = await startNetwork(command.options);
	try {
		for (const pds of network.pdses) pds.behave(...command.habits);
		for (const { origin, target } of command.publish) await network.publishOrigin(origin, target);
		const is = await describeNetwork(network);
		const text = command.json
			? JSON.stringify(is)
			: `The network is up.\n\n${table(is)}\n\nCtrl+C stops it.`;
		process.stdout.write(`${text}\n`);
		await stop;
	} finally {
		await network.close();
	}
}

function version(): string {
	const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
	return (JSON.parse(file) as { version: string }).version;
}
