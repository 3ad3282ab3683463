import { createSocket, type RemoteInfo } from "node:dgram";
import dns from "node:dns/promises";
import { once } from "node:events";

/** Records as TXT has them, each in its parts; or the code of a failure (RFC 1035 §4.1.1); or silence. */
export type Said = string[][] | "SERVFAIL" | "NXDOMAIN" | "REFUSED" | "silence";

const CODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

const TXT = 16;

/**
 * A name server of this machine, which every new Resolver asks. A name that it wasn't told about has
 * no records.
 */
export class NameServer implements AsyncDisposable {
	/** What it says of each name; a list, one after the other. */
	readonly says = new Map<string, Said>();
	/** Every question, retries included. */
	readonly asked: string[] = [];
	readonly #socket = createSocket("udp4", (query, from) => this.#answer(query, from));
	readonly #real = dns.Resolver;

	static async open(): Promise<NameServer> {
		const server = new NameServer();
		await once(server.#socket.bind(0, "127.0.0.1"), "listening");
		const address = `127.0.0.1:${server.#socket.address().port}`;
		dns.Resolver = class extends server.#real {
			constructor(options?: ConstructorParameters<typeof dns.Resolver>[0]) {
				super(options);
				this.setServers([address]);
			}
		};
		return server;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		dns.Resolver = this.#real;
		this.#socket.close();
		await once(this.#socket, "close");
	}

	#answer(query: Buffer, from: RemoteInfo): void {
		const { name, end } = readName(query);
		this.asked.push(name);
		const said = this.says.get(name) ?? [];
		if (said === "silence") return;
		const failed = typeof said === "string";
		const records = failed ? [] : said.map(recordOf);
		const header = Buffer.alloc(12);
		header.writeUInt16BE(query.readUInt16BE(0), 0);
		// An answer, recursion desired and available.
		header.writeUInt16BE(0x8180 | (failed ? CODES[said] : 0), 2);
		header.writeUInt16BE(1, 4);
		header.writeUInt16BE(records.length, 6);
		const question = query.subarray(12, end + 4);
		this.#socket.send(Buffer.concat([header, question, ...records]), from.port, from.address);
	}
}

function readName(query: Buffer): { name: string; end: number } {
	const labels: string[] = [];
	let at = 12;
	for (let size = query.readUInt8(at); size > 0; size = query.readUInt8(at)) {
		labels.push(query.toString("latin1", at + 1, at + 1 + size));
		at += 1 + size;
	}
	return { name: labels.join(".").toLowerCase(), end: at + 1 };
}

function recordOf(parts: string[]): Buffer {
	const data = Buffer.concat(
		parts.map((part) => Buffer.from(`${String.fromCharCode(part.length)}${part}`, "latin1")),
	);
	// The question's name, by reference; TXT of the internet, for no time.
	const head = Buffer.from([0xc0, 0x0c, 0, TXT, 0, 1, 0, 0, 0, 0, 0, 0]);
	head.writeUInt16BE(data.length, 10);
	return Buffer.concat([head, data]);
}
