// One process of several that share a database: restores sessions when told to, and stops before
// and after every request to a token endpoint until it is told to go on.
import { betterAuth } from "better-auth";
import { type AtprotoAuthOptions, atprotoAuth } from "../src/index.ts";
import { openDatabase } from "./databases.ts";

/** How a worker is started, as JSON in its first argument. */
export interface WorkerConfig {
	databaseUrl: string;
	baseURL: string;
	secret: string;
	plugin: Pick<AtprotoAuthOptions, "handleResolver" | "plcDirectoryUrl">;
	/** False switches the lock off, to show what it is for. */
	lock: boolean;
}

/** What the parent sends. */
export type Command = { restore: string; callers: number } | { goOn: number };

/** What a worker sends. */
export type Report =
	| { ready: true }
	/** It has come to a gate, and waits for `goOn` with this number. */
	| { gate: number; at: "look-up" | "before" | "after"; status?: number; nonce?: boolean }
	| { restored: string; answers: string[] };

const config = JSON.parse(process.argv[2] ?? "") as WorkerConfig;
const report = (message: Report) => process.send?.(message);

let gates = 0;
const waiting = new Map<number, () => void>();
function gate(at: "look-up" | "before" | "after", details = {}): Promise<void> {
	const number = ++gates;
	report({ gate: number, at, ...details });
	return new Promise((resolve) => waiting.set(number, resolve));
}

const gatedFetch: typeof fetch = async (input, init) => {
	const url = input instanceof Request ? input.url : String(input);
	if (url.startsWith(String(config.plugin.plcDirectoryUrl))) await gate("look-up");
	if (!url.endsWith("/oauth/token")) return fetch(input, init);
	await gate("before");
	const response = await fetch(input, init);
	const body = await response.clone().text();
	await gate("after", { status: response.status, nonce: body.includes("use_dpop_nonce") });
	return response;
};

const auth = betterAuth({
	baseURL: config.baseURL,
	secret: config.secret,
	database: openDatabase(config.databaseUrl).database,
	logger: { disabled: true },
	plugins: [
		atprotoAuth({
			...config.plugin,
			fetch: gatedFetch,
			requestLock: config.lock ? undefined : async (_name, fn) => fn(),
		}),
	],
});

async function restore(did: string): Promise<string> {
	try {
		const agent = await auth.api.getBskyAgent({ did });
		return agent.did === did ? "active" : "foreign";
	} catch (error) {
		const { code } = (error as { body?: { code?: string } }).body ?? {};
		return code ?? String(error);
	}
}

process.on("message", async (command: Command) => {
	if ("goOn" in command) {
		waiting.get(command.goOn)?.();
		waiting.delete(command.goOn);
		return;
	}
	const { restore: did, callers } = command;
	const answers = await Promise.all(Array.from({ length: callers }, () => restore(did)));
	report({ restored: did, answers });
});

await auth.$context;
report({ ready: true });
