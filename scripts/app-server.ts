import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** A running example app. */
export interface AppServer {
	/** Its base URL, as the app itself knows it. */
	readonly url: string;
	readonly port: number;
	/** What it has printed so far. */
	output(): string;
	stop(): Promise<void>;
}

/** How an example app is started. */
export interface AppServerOptions {
	port: number;
	/** What the app believes its address is. Default `http://localhost:<port>`. */
	url?: string;
	databasePath: string;
	handleResolver: string;
	plcDirectoryUrl: string;
	/** More environment variables. */
	env?: Record<string, string>;
}

/** Milliseconds an app may take until it answers. */
const START_TIMEOUT = 60_000;

const APP_DIR = join(import.meta.dirname, "..", "examples", "next-app");

/** Starts the production build of the Next.js example, on loopback only. */
export async function startNextApp(options: AppServerOptions): Promise<AppServer> {
	const { port, url = `http://localhost:${port}` } = options;
	const next = join(APP_DIR, "node_modules", "next", "dist", "bin", "next");
	const child = spawn(process.execPath, [next, "start", "-H", "127.0.0.1", "-p", String(port)], {
		cwd: APP_DIR,
		stdio: ["ignore", "pipe", "pipe"],
		env: {
			...process.env,
			NODE_ENV: "production",
			NEXT_TELEMETRY_DISABLED: "1",
			BETTER_AUTH_URL: url,
			BETTER_AUTH_SECRET: randomBytes(32).toString("base64url"),
			BETTER_AUTH_TELEMETRY: "0",
			DATABASE_PATH: options.databasePath,
			ATPROTO_HANDLE_RESOLVER: options.handleResolver,
			ATPROTO_PLC_URL: options.plcDirectoryUrl,
			...options.env,
		},
	});
	let output = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			output = (output + text).slice(-100_000);
		});
	}
	const app: AppServer = { url, port, output: () => output, stop: () => stop(child) };
	try {
		await answering(child, `http://127.0.0.1:${port}/api/auth/ok`);
	} catch (cause) {
		await app.stop();
		throw new Error(`The example app did not start.\n${output.trim()}`, { cause });
	}
	return app;
}

async function answering(child: ChildProcess, url: string): Promise<void> {
	const deadline = Date.now() + START_TIMEOUT;
	while (Date.now() < deadline) {
		if (child.exitCode !== null) throw new Error(`It ended with exit code ${child.exitCode}.`);
		const response = await fetch(url).catch(() => null);
		if (response?.ok) return;
		await wait(50);
	}
	throw new Error(`Nothing answered at ${url} within ${START_TIMEOUT / 1000} s.`);
}

async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, "exit");
	child.kill("SIGTERM");
	const inTime = await Promise.race([gone.then(() => true), wait(5000, false, { ref: false })]);
	if (!inTime) child.kill("SIGKILL");
	await gone;
}

/** `wanted` where it is free on loopback, else a port that is. */
export async function freePort(wanted = 0): Promise<number> {
	const free = await new Promise<number | null>((resolve) => {
		const probe = createServer();
		probe.once("error", () => resolve(null));
		probe.listen(wanted, "127.0.0.1", () => {
			const address = probe.address();
			const port = typeof address === "object" && address ? address.port : null;
			probe.close(() => resolve(port));
		});
	});
	return free ?? freePort();
}
