import { appendFile, readFile } from "node:fs/promises";
import type { CompatibleOpOrTombstone, ExportedOp, OpOrTombstone } from "@did-plc/lib";
import { MockDatabase } from "@did-plc/server";

/** One line of the file: an operation as it was accepted. */
interface Line {
	did: string;
	operation: CompatibleOpOrTombstone;
	createdAt: string;
}

/**
 * The reference server keeps its operations in PostgreSQL or, for tests, in memory. This is the one
 * in memory, which also appends every accepted operation to a file and reads it back at start.
 */
export class PlcLog extends MockDatabase {
	readonly #file: string;

	private constructor(file: string) {
		super();
		this.#file = file;
	}

	/** Reads `file`, checking every operation again; a file that isn't there is an empty log. */
	static async open(file: string): Promise<PlcLog> {
		const log = new PlcLog(file);
		const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
			if (error.code === "ENOENT") return "";
			throw error;
		});
		const lines = text
			.split("\n")
			.filter(Boolean)
			.map((line) => JSON.parse(line) as Line);
		for (const { did, operation } of lines)
			await MockDatabase.prototype.validateAndAddOp.call(log, did, operation as OpOrTombstone);
		// Dated only now: a recovery operation is accepted up to 72 hours after what it replaces, and
		// the check would count those hours up to today.
		const positions = new Map<string, number>();
		for (const { did, createdAt } of lines) {
			const position = positions.get(did) ?? 0;
			positions.set(did, position + 1);
			const entry = log.contents[did]?.[position];
			if (entry) entry.createdAt = new Date(createdAt);
		}
		return log;
	}

	override async validateAndAddOp(did: string, proposed: OpOrTombstone): Promise<void> {
		await super.validateAndAddOp(did, proposed);
		const createdAt = (this.contents[did]?.at(-1)?.createdAt ?? new Date()).toISOString();
		const line: Line = { did, operation: proposed, createdAt };
		await appendFile(this.#file, `${JSON.stringify(line)}\n`);
	}

	/** The in-memory database of the reference server exports nothing; `/export` here does. */
	override async exportOps(count: number, after?: Date): Promise<ExportedOp[]> {
		return Object.values(this.contents)
			.flat()
			.filter(({ createdAt }) => !after || createdAt > after)
			.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
			.slice(0, count)
			.map((op) => ({ ...op, cid: op.cid.toString(), createdAt: op.createdAt.toISOString() }));
	}

	/** Every DID whose last operation claims `handle`, the oldest DID first. */
	async claimants(handle: string): Promise<string[]> {
		const found: string[] = [];
		for (const did of Object.keys(this.contents)) {
			const last = (await this.opsForDid(did)).at(-1);
			if (last?.type === "plc_operation" && last.alsoKnownAs.includes(`at://${handle}`))
				found.push(did);
		}
		return found;
	}
}
