import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where this package and the workspace have their commands. */
const bins = ["../..", "../../../.."].map((root) =>
	fileURLToPath(new URL(`${root}/node_modules/.bin`, import.meta.url)),
);

/** A shell's in that folder: the commands of its project come first. */
export function environment(cwd: string): NodeJS.ProcessEnv {
	const { NODE_OPTIONS, VITEST, NODE_ENV, ...inherited } = process.env;
	const path = [join(cwd, "node_modules", ".bin"), ...bins, inherited.PATH].join(delimiter);
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
