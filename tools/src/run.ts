import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { ROOT } from "./workspace.ts";

/** A shell's in that folder: the commands of its project come first. */
export function environment(cwd: string): NodeJS.ProcessEnv {
	const { NODE_OPTIONS, VITEST, NODE_ENV, ...inherited } = process.env;
	const bins = [cwd, ROOT].map((folder) => join(folder, "node_modules", ".bin"));
	const path = [...bins, inherited.PATH].join(delimiter);
	return { ...inherited, CI: "true", PATH: path };
}

/** Runs a command of the workspace or of the machine; fails with everything that it said. */
export function run(
	command: string,
	args: readonly string[],
	cwd: string,
	env: NodeJS.ProcessEnv = {},
): Promise<string> {
	return new Promise((resolve, reject) => {
		execFile(
			command,
			args,
			{ cwd, env: { ...environment(cwd), ...env }, maxBuffer: 2 ** 26 },
			(error, stdout, stderr) => {
				if (!error) return resolve(stdout);
				const told = `${stdout}\n${stderr}`.trim();
				reject(new Error(`${command} ${args.join(" ")}: ${error.message}\n${told}`));
			},
		);
	});
}
