const [SPACE, QUOTE, COMMA, ZERO, NINE, COLON, BRACKET, BACKSLASH, U, BRACE, END] = [
	0x20, 0x22, 0x2c, 0x30, 0x39, 0x3a, 0x5b, 0x5c, 0x75, 0x7b, 0x7d,
];

/**
 * What a name costs that has not come after these names before: to the engine, its object is of a new
 * kind ("hidden class") with each.
 */
const NEW_KIND = 8;

/** What else costs more than others: the SDK makes objects of links and blobs, and many of a mistake. */
const COSTLY = { $link: 8, mimeType: 36, blob: 44 };

/** What a blob costs on top that isn't made as one: the mistakes that most is made of. */
const MISMADE = 56;

/** Bytes that cost as much as a value, whatever they say. */
const BYTES = 32;

const MOST_COSTLY = COSTLY.blob + MISMADE;

/** What a member can hold. */
const [TEXT, NUMBER, LINK, BLOB, OTHER] = [1, 2, 3, 4, 5];

/** https://atproto.com/specs/data-model#links and #blobs: which members they have, and no others. */
const SHAPES = {
	link: { $link: TEXT },
	blob: { $type: BLOB, ref: LINK, mimeType: TEXT, size: NUMBER },
} as const;

/** Longest that one of these can be, with each character as `\u0061`. */
const LONGEST = 6 * Math.max(...Object.keys(COSTLY).map((text) => text.length));

const PRIME = 0x01000193;

/** An object that is open. */
interface Open {
	/** Its names so far, as one number. */
	kind: number;
	/** Its members so far, as one number: in whichever order they come, it is the same. */
	shape: number;
	/** The name whose value is awaited; zero where none is. */
	name: number;
}

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
	readonly #type = this.#hashOf("$type");
	readonly #link = this.#shapeOf(SHAPES.link);
	readonly #blob = this.#shapeOf(SHAPES.blob);
	readonly #kinds = new Set<number>();
	/** From the outermost. */
	readonly #open: Open[] = [];
	#isJson: boolean | undefined;
	#cost = 0;
	#inText = false;
	#afterBackslash = false;
	/** Of the text that is being read, or was read last. */
	#hash = 0;
	#length = 0;
	#hasEscapes = false;
	/** The last byte of a value that is neither text, list nor object. */
	#last = 0;

	/** @param max how much may be spent */
	constructor(max: number) {
		this.#max = max;
		this.#costly = new Map(
			(["$link", "mimeType", "blob"] as const).map((text) => [this.#hashOf(text), text]),
		);
	}

	#hashOf(text: string): number {
		const bytes = new TextEncoder().encode(text);
		return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, PRIME), this.#seed);
	}

	#shapeOf(members: Record<string, number>): number {
		const all = Object.entries(members).map(([name, value]) => member(this.#hashOf(name), value));
		return all.reduce((shape, each) => (shape + each) | 0, 0);
	}

	/** Adds the next part; false where it is too much by now. */
	add(part: Uint8Array): boolean {
		this.#isJson ??= beginsLikeJson(part);
		if (!this.#isJson) return true;
		let cost = this.#cost + part.length / BYTES;
		for (let at = 0; at < part.length && cost <= this.#max; at++) {
			const byte = part[at] ?? 0;
			if (this.#inText || byte === QUOTE) {
				at = this.#read(part, this.#inText ? at : this.#begin(at));
				if (!this.#inText) cost += this.#costOfText();
			} else if (byte === COLON) cost += this.#costOfName();
			// Before every value but the outermost there is one of these.
			else if (byte === COMMA) {
				cost++;
				this.#endOfScalar();
			} else if (byte === BRACKET) {
				cost++;
				this.#holds(OTHER);
			} else if (byte === BRACE) {
				cost++;
				this.#open.push({ kind: this.#seed, shape: 0, name: 0 });
			} else if (byte === END) cost -= this.#savedByEnd();
			else if (byte > SPACE) this.#last = byte;
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
		const text = this.#costly.get(this.#hash);
		const isType = text === "blob" && this.#open.at(-1)?.name === this.#type;
		this.#holds(isType ? BLOB : TEXT);
		// What is spelled in escapes may be any of them.
		if (this.#hasEscapes && this.#length <= LONGEST) return MOST_COSTLY;
		if (text === undefined) return 0;
		// Whether it is the type of one that is made as such, its end tells.
		return text === "blob" ? MOST_COSTLY : COSTLY[text];
	}

	#costOfName(): number {
		const open = this.#open.at(-1);
		if (!open) return 0;
		open.name = this.#hash;
		this.#last = 0;
		open.kind = Math.imul(open.kind ^ this.#hash, PRIME);
		if (this.#kinds.has(open.kind)) return 0;
		this.#kinds.add(open.kind);
		return NEW_KIND;
	}

	/** The name that awaits a value has one. */
	#holds(value: number): void {
		const open = this.#open.at(-1);
		if (!open || open.name === 0) return;
		open.shape = (open.shape + member(open.name, value)) | 0;
		open.name = 0;
	}

	#endOfScalar(): void {
		this.#holds(this.#last >= ZERO && this.#last <= NINE ? NUMBER : OTHER);
	}

	#savedByEnd(): number {
		this.#endOfScalar();
		const shape = this.#open.pop()?.shape;
		this.#holds(shape === this.#link ? LINK : OTHER);
		return shape === this.#blob ? MISMADE : 0;
	}
}

/**
 * A name with what it holds, as a number that such numbers can be added to. It is mixed well (as by the
 * end of MurmurHash3), so that two members which exchange what they hold are two others.
 */
function member(name: number, value: number): number {
	let mixed = Math.imul(name ^ Math.imul(value, 0x9e3779b1), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return mixed ^ (mixed >>> 16);
}

/** Undefined where nothing tells yet: spaces may come before it, and the mark of UTF-8. */
function beginsLikeJson(part: Uint8Array): boolean | undefined {
	const first = part.find((byte) => !BEFORE.has(byte));
	return first === undefined ? undefined : first === BRACKET || first === BRACE;
}

const BEFORE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
