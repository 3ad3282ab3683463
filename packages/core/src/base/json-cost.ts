const [QUOTE, COMMA, COLON, BRACKET, BACKSLASH, U, BRACE, END] = [
	0x22, 0x2c, 0x3a, 0x5b, 0x5c, 0x75, 0x7b, 0x7d,
];

/**
 * What a name costs that has not come after these names before: to the engine, its object is of a new
 * kind ("hidden class") with each.
 */
const NEW_KIND = 8;

/** What else costs more than others: the SDK makes objects of links and blobs, and many of a mistake. */
const COSTLY = { $link: 8, mimeType: 36, blob: 44 };

/** What a blob costs on top that lacks its link or its media type: the mistakes that most is made of. */
const LONE_BLOB = 56;

/** Bytes that cost as much as a value, whatever they say. */
const BYTES = 32;

const MOST_COSTLY = COSTLY.blob + LONE_BLOB;

/** Longest that one of these can be, with each character as `\u0061`. */
const LONGEST = 6 * Math.max(...Object.keys(COSTLY).map((text) => text.length));

const PRIME = 0x01000193;

/**
 * What a JSON text costs whoever parses it, told while it comes in: nothing is parsed for it, and each
 * part is looked through by itself. One is a value of the usual kind, less than half a microsecond.
 *
 * Whatever begins like a list or an object is taken for JSON: its content type binds nobody who reads
 * it. All else costs nothing.
 */
export class JsonCost {
	readonly #max: number;
	/** Of texts that are to meet in a hash, nobody can know which do. */
	readonly #seed = Math.floor(Math.random() * 2 ** 32);
	readonly #costly: Map<number, keyof typeof COSTLY>;
	readonly #kinds = new Set<number>();
	/** Of the objects that are open, from the outermost: the names so far, as one number. */
	readonly #open: number[] = [];
	#isJson: boolean | undefined;
	#cost = 0;
	#inText = false;
	#afterBackslash = false;
	/** Of the text that is being read, or was read last. */
	#hash = 0;
	#length = 0;
	#hasEscapes = false;
	/** Links and media types that no blob was counted with yet: they may stand before it, or behind it. */
	#spare = { $link: 0, mimeType: 0 };

	/** @param max how much may be spent */
	constructor(max: number) {
		this.#max = max;
		this.#costly = new Map(
			(["$link", "mimeType", "blob"] as const).map((text) => {
				const bytes = new TextEncoder().encode(text);
				return [bytes.reduce((hash, byte) => Math.imul(hash ^ byte, PRIME), this.#seed), text];
			}),
		);
	}

	/** Adds the next part; false where it is too much by now. */
	add(part: Uint8Array): boolean {
		this.#isJson ??= beginsLikeJson(part);
		if (!this.#isJson) return true;
		let cost = this.#cost + part.length / BYTES;
		for (let at = 0; at < part.length && cost <= this.#max; at++) {
			const byte = part[at];
			if (this.#inText || byte === QUOTE) {
				at = this.#read(part, this.#inText ? at : this.#begin(at));
				if (!this.#inText) cost += this.#costOfText();
			} else if (byte === COLON) cost += this.#costOfName();
			// Before every value but the outermost there is one of these.
			else if (byte === COMMA || byte === BRACKET) cost++;
			else if (byte === BRACE) {
				cost++;
				this.#open.push(this.#seed);
			} else if (byte === END) this.#open.pop();
		}
		this.#cost = cost;
		return cost <= this.#max;
	}

	/** @returns where its first character is */
	#begin(at: number): number {
		this.#inText = true;
		this.#hash = this.#seed;
		this.#length = 0;
		this.#hasEscapes = false;
		return at + 1;
	}

	/** Reads a text to its end, or to that of the part; returns where that is. */
	#read(part: Uint8Array, from: number): number {
		let hash = this.#hash;
		let at = from;
		for (; at < part.length; at++) {
			const byte = part[at] ?? 0;
			if (this.#afterBackslash) {
				this.#afterBackslash = false;
				this.#hasEscapes ||= byte === U;
			} else if (byte === BACKSLASH) this.#afterBackslash = true;
			else if (byte === QUOTE) {
				this.#inText = false;
				break;
			}
			hash = Math.imul(hash ^ byte, PRIME);
		}
		this.#hash = hash;
		this.#length += at - from;
		return at;
	}

	#costOfText(): number {
		// What is spelled in escapes may be any of them.
		if (this.#hasEscapes && this.#length <= LONGEST) return MOST_COSTLY;
		const text = this.#costly.get(this.#hash);
		if (text === undefined) return 0;
		const spare = this.#spare;
		if (text !== "blob") {
			spare[text]++;
			return COSTLY[text];
		}
		if (spare.$link === 0 || spare.mimeType === 0) return COSTLY.blob + LONE_BLOB;
		spare.$link--;
		spare.mimeType--;
		return COSTLY.blob;
	}

	#costOfName(): number {
		const kind = Math.imul((this.#open.pop() ?? 0) ^ this.#hash, PRIME);
		this.#open.push(kind);
		if (this.#kinds.has(kind)) return 0;
		this.#kinds.add(kind);
		return NEW_KIND;
	}
}

/** Undefined where nothing tells yet: spaces may come before it, and the mark of UTF-8. */
function beginsLikeJson(part: Uint8Array): boolean | undefined {
	const first = part.find((byte) => !BEFORE.has(byte));
	return first === undefined ? undefined : first === BRACKET || first === BRACE;
}

const BEFORE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
