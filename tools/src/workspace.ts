import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, "..", "..");

/**
 * Runs a command of the workspace in its root, with this terminal as its own, and waits for it.
 *
 * @returns its exit code
 */
export function inTerminal(
	command: string,
	args: readonly string[],
	env: NodeJS.ProcessEnv = process.env,
): number {
	const shell = process.platform === "win32";
	const { status } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", shell, env });
	return status ?? 1;
}

/**
 * Builds the workspace, or some packages and what they need; what is built already stays. Ends the
 * process when it fails.
 */
export function build(...only: string[]): void {
	// Next loads the app while it builds it, and the app insists on a secret.
	const env = { BETTER_AUTH_SECRET: "only-there-while-the-example-is-being-built", ...process.env };
	const filters = only.map((one) => `--filter=${one}...`);
	const status = inTerminal(
		"turbo",
		["run", "build", "--output-logs=errors-only", ...filters],
		env,
	);
	if (status !== 0) process.exit(status);
}
