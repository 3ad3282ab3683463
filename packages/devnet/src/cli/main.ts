import { readFileSync } from "node:fs";
import { DevnetError } from "../errors.ts";
import { startNetwork } from "../start.ts";
import { parseCommand } from "./arguments.ts";
import { HELP } from "./help.ts";
import { describe, table } from "./report.ts";

/** The `bsky-devnet` command: runs until it is told to stop. */
export async function main(argv: readonly string[]): Promise<void> {
	try {
		await run(argv);
	} catch (error) {
		if (!(error instanceof DevnetError)) throw error;
		process.stderr.write(`bsky-devnet: ${error.message}\n`);
		process.exitCode = 1;
	}
}

async function run(argv: readonly string[]): Promise<void> {
	const command = parseCommand(argv);
	if (command.show === "help") return void process.stdout.write(HELP);
	if (command.show === "version") return void process.stdout.write(`${version()}\n`);

	let stopping = false;
	const stop = new Promise<void>((resolve) => {
		for (const signal of ["SIGINT", "SIGTERM"] as const)
			process.on(signal, () => {
				// Somebody who asks twice doesn't want to wait.
				if (stopping) process.exit(1);
				stopping = true;
				resolve();
			});
	});

	const network = await startNetwork(command.options);
	try {
		for (const pds of network.pdses) pds.behave(...command.habits);
		const published = [];
		for (const { origin, target } of command.publish)
			published.push(await network.publishOrigin(origin, target));
		process.stdout.write(
			command.json
				? `${JSON.stringify(describe(network, published))}\n`
				: table(network, published),
		);
		await stop;
	} finally {
		await network.close();
	}
}

function version(): string {
	const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
	return (JSON.parse(file) as { version: string }).version;
}
