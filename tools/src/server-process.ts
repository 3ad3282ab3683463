import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

/** A server that runs in a process of its own. */
export interface ServerProcess {
	/** What it has printed so far. */
	output(): string;
	/** Resolves when a request to `url` succeeds. */
	answers(url: string): Promise<void>;
	/** Ends it, with what it has started. */
	stop(): Promise<void>;
}

/** Milliseconds a server may take until it answers. */
const START_TIMEOUT = 90_000;

/** Starts a command that goes on until it is stopped. */
export function startServer(
	[command = "", ...args]: readonly string[],
	cwd: string,
	env: NodeJS.ProcessEnv,
): ServerProcess {
	// Development servers have children of their own: they end together.
	const detached = process.platform !== "win32";
	const child = spawn(command, args, { cwd, env, detached, stdio: ["ignore", "pipe", "pipe"] });
	const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
	let output = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			output = (output + text).slice(-100_000);
		});
	}
	const kill = (signal: NodeJS.Signals) => {
		if (detached && child.pid) process.kill(-child.pid, signal);
		else child.kill(signal);
	};
	return {
		output: () => output,
		async answers(url) {
			const deadline = Date.now() + START_TIMEOUT;
			while (Date.now() < deadline && !hasEnded()) {
				const response = await fetch(url).catch(() => null);
				if (response?.ok) return;
				await wait(50);
			}
			const why = hasEnded() ? "It has ended" : `It has not in ${START_TIMEOUT / 1000} s`;
			throw new Error(`${command} ${args.join(" ")} doesn't answer at ${url}. ${why}.\n${output}`);
		},
		async stop() {
			if (hasEnded()) return;
			const gone = once(child, "exit");
			kill("SIGTERM");
			const inTime = await Promise.race([gone.then(() => true), wait(5000, false, { ref: false })]);
			if (!inTime) kill("SIGKILL");
			await gone;
		},
	};
}
