import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/**
 * Builds the workspace, or some packages and what they need; what is built already stays. Ends the
 * process when it fails.
 */
export function build(...only: string[]): void {
	// Next loads the app while it builds it, and the app insists on a secret.
	const env = { BETTER_AUTH_SECRET: "only-there-while-the-example-is-being-built", ...process.env };
	const filters = only.map((one) => `--filter=${one}...`);
	const args = ["run", "build", "--output-logs=errors-only", ...filters];
	const { status } = spawnSync("turbo", args, {
		cwd: ROOT,
		stdio: "inherit",
		shell: process.platform === "win32",
		env,
	});
	if (status !== 0) process.exit(status ?? 1);
}
