import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** Builds the workspace; what is built already stays. Ends the process when it fails. */
export function build(): void {
	// Next loads the app while it builds it, and the app insists on a secret.
	const env = { BETTER_AUTH_SECRET: "only-there-while-the-example-is-being-built", ...process.env };
	const { status } = spawnSync("turbo", ["run", "build", "--output-logs=errors-only"], {
		cwd: ROOT,
		stdio: "inherit",
		shell: process.platform === "win32",
		env,
	});
	if (status !== 0) process.exit(status ?? 1);
}
