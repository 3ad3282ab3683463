import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { freePort } from "@better-auth-bsky/tools/free-port";
import { startServer } from "@better-auth-bsky/tools/server-process";
import { bundleWorker } from "@better-auth-bsky/tools/worker";
import { Miniflare } from "miniflare";
import type { Settings } from "./app.ts";

/** An app that runs. */
export interface Running {
	port: number;
	output(): string;
	stop(): Promise<void>;
}

/** @param settingsOf what it is told, once its port is known */
export type Start = (settingsOf: (port: number) => Settings) => Promise<Running>;

const require = createRequire(import.meta.url);

/** The folder of a package that is installed on this platform only; null on others. */
function folderOf(name: string): string | null {
	try {
		return dirname(require.resolve(`${name}/package.json`));
	} catch {
		return null;
	}
}

const SOURCE = "--conditions=@better-auth-bsky/source";
const entry = (name: string) => join(import.meta.dirname, `${name}.ts`);

/** How a runtime with processes is started, or null where it isn't installed. */
const PROCESSES = {
	"node-22": { file: "bin/node", args: [SOURCE, entry("node")] },
	"node-26": { file: "bin/node", args: [SOURCE, entry("node")] },
	"@oven/bun-linux-x64": { file: "bin/bun", args: [SOURCE, entry("bun")] },
	"@deno/linux-x64-glibc": {
		file: "deno",
		args: ["run", "--allow-all", "--no-check", SOURCE, entry("deno")],
	},
} as const;

/** The Node that runs this. */
export const thisNode: Start = inProcess([process.execPath, SOURCE, entry("node")]);

/** The runtime that a package brings; null where it has none for this platform. */
export function startOf(name: keyof typeof PROCESSES): Start | null {
	const folder = folderOf(name);
	const { file, args } = PROCESSES[name];
	return folder === null ? null : inProcess([join(folder, file), ...args]);
}

function inProcess(command: readonly string[]): Start {
	return async (settingsOf) => {
		const port = await freePort();
		const server = startServer(command, import.meta.dirname, {
			...process.env,
			NODE_ENV: "production",
			NO_COLOR: "1",
			BETTER_AUTH_TELEMETRY: "0",
			PORT: String(port),
			SETTINGS: JSON.stringify(settingsOf(port)),
		});
		try {
			await server.answers(`http://127.0.0.1:${port}/test/ok`);
		} catch (error) {
			await server.stop();
			throw error;
		}
		return { ...server, port };
	};
}

let bundled: ReturnType<typeof bundleWorker> | undefined;

/** The newest date that the miniflare of this workspace knows. */
export const COMPATIBILITY_DATE = "2026-07-01";

/** Cloudflare's runtime. */
export const workerd =
	(bindings: { INSTANCE: "shared" | "per-request"; POSTGRES_URL?: string }): Start =>
	async (settingsOf) => {
		bundled ??= bundleWorker({ entryPoints: [entry("worker")] });
		const port = await freePort();
		let output = "";
		const miniflare = new Miniflare({
			// With `true`, it would look for what is imported by a name that is put together.
			modules: [{ type: "ESModule", path: "worker.mjs", contents: (await bundled).text }],
			compatibilityDate: COMPATIBILITY_DATE,
			compatibilityFlags: ["nodejs_compat"],
			...(bindings.POSTGRES_URL === undefined && { d1Databases: ["DB"] }),
			bindings: { ...bindings, SETTINGS: JSON.stringify(settingsOf(port)) },
			host: "127.0.0.1",
			port,
			handleRuntimeStdio(stdout: Readable, stderr: Readable) {
				for (const stream of [stdout, stderr])
					stream.setEncoding("utf8").on("data", (text: string) => {
						output += text;
					});
			},
		});
		await miniflare.ready;
		return { port, output: () => output, stop: () => miniflare.dispose() };
	};
