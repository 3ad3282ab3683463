import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const BIN = fileURLToPath(new URL("../bin/better-auth-bsky.mjs", import.meta.url));

export const APP = fileURLToPath(new URL("app/", import.meta.url));

/** What Node is started with for it. */
export const NODE = ["--conditions=@better-auth-bsky/source", "--no-warnings"];

/** Runs the command as somebody types it: in a process of its own, without a terminal. */
export const run = (...args: readonly string[]) => runWith({}, ...args);

/** The same with more in its environment. */
export async function runWith(env: Record<string, string>, ...args: readonly string[]) {
	const child = spawn(process.execPath, [...NODE, BIN, ...args], {
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...process.env, NO_COLOR: "1", ...env },
	});
	const [out, err, code] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		new Promise<number | null>((resolve) => child.on("close", resolve)),
	]);
	return { code, out, err };
}
