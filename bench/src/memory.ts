import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Growth of the JavaScript heap and of what it holds outside, in bytes. */
export type Growth = Record<"starts" | "sessions", number>;

export async function measureMemory(starts: number, sessions: number): Promise<Growth> {
	const { stdout } = await promisify(execFile)(process.execPath, [
		"--conditions=@better-auth-bsky/source",
		"--expose-gc",
		join(import.meta.dirname, "memory-child.ts"),
		String(starts),
		String(sessions),
	]);
	return JSON.parse(stdout) as Growth;
}
