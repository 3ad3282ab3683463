import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Account, Network } from "@better-auth-bsky/devnet";
import type { TestDatabase } from "./databases.ts";
import { type App, expire, newPerson, pluginDefaults, SECRET, startApp } from "./kit.ts";
import type { Command, Report, WorkerConfig } from "./storm-worker.ts";

export type Gate = Extract<Report, { gate: number }>;

/** A process of the app, from outside. */
export class Worker {
	readonly #child: ChildProcess;
	readonly #refreshes: number[];
	/** Decides at each gate; true lets the worker go on. Default: always. */
	onGate: (gate: Gate) => boolean | Promise<boolean> = () => true;
	readonly #restored: ((report: { answers: string[] }) => void)[] = [];

	private constructor(child: ChildProcess, refreshes: number[]) {
		this.#child = child;
		this.#refreshes = refreshes;
		child.on("message", (report: Report) => {
			if ("gate" in report) void this.#atGate(report);
			if ("restored" in report) this.#restored.shift()?.(report);
		});
	}

	/** @param refreshes is told the status of every refresh that reached the server */
	static async start(config: WorkerConfig, refreshes: number[]): Promise<Worker> {
		const file = new URL("./storm-worker.ts", import.meta.url);
		const child = fork(file, [JSON.stringify(config)], {
			execArgv: ["--conditions=@better-auth-bsky/source"],
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		await once(child, "message");
		return new Worker(child, refreshes);
	}

	async #atGate(gate: Gate): Promise<void> {
		if (gate.at === "after" && !gate.nonce) this.#refreshes.push(gate.status ?? 0);
		if (await this.onGate(gate)) this.goOn(gate);
	}

	goOn({ gate }: Gate): void {
		if (this.#child.connected) this.#send({ goOn: gate });
	}

	#send(command: Command): void {
		this.#child.send(command);
	}

	/** Has `callers` restore the session of a DID at once; what each of them was told. */
	restore(did: string, callers = 1): Promise<string[]> {
		return new Promise((resolve) => {
			this.#restored.push(({ answers }) => resolve(answers));
			this.#send({ restore: did, callers });
		});
	}

	/** Resolves with the first gate that `wanted` accepts, and holds the worker there. */
	heldAt(wanted: (gate: Gate) => boolean): Promise<Gate> {
		return new Promise((resolve) => {
			this.onGate = (gate) => {
				if (!wanted(gate)) return true;
				resolve(gate);
				return false;
			};
		});
	}

	async kill(): Promise<void> {
		if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
		this.#child.kill("SIGKILL");
		await once(this.#child, "exit");
	}
}

/** An app with a signed-in person and several processes beside it on one database. */
export class Storm {
	readonly #network: Network;
	readonly #database: TestDatabase;
	readonly app: App;
	readonly workers: Worker[] = [];
	/** Every request to a token endpoint that was answered, the useless ones for a nonce aside. */
	readonly refreshes: number[] = [];

	private constructor(network: Network, database: TestDatabase, app: App) {
		this.#network = network;
		this.#database = database;
		this.app = app;
	}

	static async start(network: Network, database: TestDatabase, processes: number, lock = true) {
		const app = await startApp(network, { auth: { database: database.database } });
		const storm = new Storm(network, database, app);
		await Promise.all(Array.from({ length: processes }, () => storm.addWorker(lock)));
		return storm;
	}

	async addWorker(lock = true): Promise<Worker> {
		const { handleResolver, plcDirectoryUrl } = pluginDefaults(this.#network);
		const config = {
			databaseUrl: this.#database.url,
			baseURL: this.app.origin,
			secret: SECRET,
			plugin: { handleResolver, plcDirectoryUrl },
			lock,
		};
		const worker = await Worker.start(config, this.refreshes);
		this.workers.push(worker);
		return worker;
	}

	async kill(worker: Worker): Promise<void> {
		this.workers.splice(this.workers.indexOf(worker), 1);
		await worker.kill();
	}

	/** Somebody who is signed in, and whose access token has ended. */
	async expiredPerson(): Promise<Account> {
		const person = await newPerson(this.#network);
		await this.app.browser().signIn(person);
		await expire(this.app, person.did);
		return person;
	}

	/** Every process restores with many callers at once; what each caller was told. */
	async all(did: string, callers: number): Promise<string[]> {
		return (await Promise.all(this.workers.map((worker) => worker.restore(did, callers)))).flat();
	}

	async close(): Promise<void> {
		for (const worker of this.workers) await worker.kill();
		await this.app.close();
		await this.#database.drop();
	}
}
