import { lexStringify } from "@atproto/lex-json";
import type { sequencer } from "@atproto/pds";
import { getAndParseRecord, parseDataKey, readCar } from "@atproto/repo";
import type { Pds } from "../servers/pds.ts";

/** One message of the stream. */
export interface Entry {
	/** When it happened, in microseconds since 1970. No two are the same, and they only go up. */
	timeUs: number;
	did: string;
	/** Of a commit; undefined for what is sent whatever collections are wanted. */
	collection: string | undefined;
	json: string;
}

type Sequenced = sequencer.SeqEvt;

/** A message before it has its place in the log. */
interface Draft {
	did: string;
	collection?: string;
	/** The rest of it, as JSON without the opening brace. */
	rest: string;
}

/** Everything that has happened on all PDSes in the order of time, read from their own histories. */
export class EventLog {
	readonly entries: Entry[] = [];
	readonly #pdses: readonly Pds[];
	/** The last sequence number taken in from each. */
	readonly #seen = new Map<Pds, number>();
	#current = Promise.resolve();
	#waiting: Promise<void> | undefined;

	constructor(pdses: readonly Pds[]) {
		this.#pdses = pdses;
	}

	/** Takes in what has been written up to now. */
	read(): Promise<void> {
		// One at a time. Whoever comes while another is waiting for its turn shares it.
		this.#waiting ??= this.#current.then(() => {
			this.#waiting = undefined;
			const turn = this.#take();
			this.#current = turn.catch(() => {});
			return turn;
		});
		return this.#waiting;
	}

	async #take(): Promise<void> {
		const fresh = await Promise.all(
			this.#pdses
				.filter(({ running }) => running)
				.map(async (pds) => ({ pds, events: await this.#unseen(pds) })),
		);
		const events = fresh.flatMap(({ events }) => events);
		events.sort((a, b) => a.time.localeCompare(b.time));
		const drafts: { time: string; draft: Draft }[] = [];
		for (const event of events)
			for (const draft of await messages(event)) drafts.push({ time: event.time, draft });
		for (const { time, draft } of drafts) this.#append(time, draft);
		for (const { pds, events } of fresh) {
			const last = events.at(-1);
			if (last) this.#seen.set(pds, last.seq);
		}
	}

	#unseen(pds: Pds): Promise<Sequenced[]> {
		const earliestSeq = this.#seen.get(pds) ?? 0;
		return pds.server.ctx.sequencer.requestSeqRange({ earliestSeq });
	}

	#append(time: string, { did, collection, rest }: Draft): void {
		const previous = this.entries.at(-1)?.timeUs ?? 0;
		const timeUs = Math.max(Date.parse(time) * 1000, previous + 1);
		const json = `{"did":${JSON.stringify(did)},"time_us":${timeUs},${rest}`;
		this.entries.push({ timeUs, did, collection, json });
	}
}

/** What Jetstream makes of one event of a PDS: one message for each record of a commit. */
async function messages(event: Sequenced): Promise<Draft[]> {
	if (event.type === "commit") return records(event.evt);
	// Jetstream has no word for "sync".
	if (event.type === "sync") return [];
	const { did } = event.evt;
	const about = { ...event.evt, seq: event.seq, time: event.time };
	return [{ did, rest: lexStringify({ kind: event.type, [event.type]: about }).slice(1) }];
}

async function records({ repo: did, rev, ops, blocks }: sequencer.CommitEvt): Promise<Draft[]> {
	const car = await readCar(blocks, { skipCidVerification: true });
	return Promise.all(
		ops.map(async ({ action: operation, path, cid }) => {
			const { collection, rkey } = parseDataKey(path);
			const content = cid && {
				record: (await getAndParseRecord(car.blocks, cid)).record,
				cid: cid.toString(),
			};
			const commit = { rev, operation, collection, rkey, ...content };
			return { did, collection, rest: lexStringify({ kind: "commit", commit }).slice(1) };
		}),
	);
}
