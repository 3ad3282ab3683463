import { fork } from "node:child_process";
import { once } from "node:events";
import type { Account } from "@better-auth-bsky/devnet";

export type Person = Pick<Account, "did" | "handle" | "password">;

/** What an OAuth client has to know of a network. */
export interface Addresses {
	handleResolver: string;
	plcDirectoryUrl: string;
}

export interface RunningNetwork extends Addresses, AsyncDisposable {
	/** Accounts that have never signed in anywhere. */
	people: Person[];
}

/**
 * An AT Protocol network in a process of its own: what its servers compute, fetch and keep in
 * memory is not counted as ours.
 */
export async function startNetworkApart(accounts: number): Promise<RunningNetwork> {
	const child = fork(new URL("network-child.ts", import.meta.url), [String(accounts)], {
		execArgv: ["--conditions=@better-auth-bsky/source"],
		stdio: ["ignore", "ignore", "pipe", "ipc"],
	});
	// The servers warn of a busy machine; what they say matters only if they don't start.
	let said = "";
	child.stderr?.on("data", (chunk) => {
		said = `${said}${chunk}`.slice(-4000);
	});
	const exited = once(child, "exit");
	const started = await Promise.race([once(child, "message"), exited]);
	const [ready] = started as [Omit<RunningNetwork, symbol> | number];
	if (typeof ready === "number" || !ready)
		throw new Error(`The local network did not start.\n${said}`);
	return {
		...ready,
		async [Symbol.asyncDispose]() {
			child.disconnect();
			await exited;
		},
	};
}
