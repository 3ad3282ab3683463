import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where this package and the workspace have their commands. */
const bins = ["../..", "../../../.."].map((root) =>
	fileURLToPath(new URL(`${root}/node_modules/.bin`, import.meta.url)),
);

/** Runs a command of the workspace or of the machine; fails with everything that it said. */
export function run(
	command: string,
	args: readonly string[],
	cwd: string,
	env: NodeJS.ProcessEnv = {},
): Promise<string> {
	const { NODE_OPTIONS, VITEST, NODE_ENV, ...inherited } = process.env;
	const path = [join(cwd, "node_modules", ".bin"), ...bins, inherited.PATH].join(delimiter);
	return new Promise((resolve, reject) => {
		execFile(
			command,
			args,
			{ cwd, env: { ...inherited, CI: "true", PATH: path, ...env }, maxBuffer: 2 ** 26 },
			(error, stdout, stderr) => {
				if (!error) return resolve(stdout);
				const told = `${stdout}\n${stderr}`.trim();
				reject(new Error(`${command} ${args.join(" ")}: ${error.message}\n${told}`));
			},
		);
	});
}
