const [QUOTE, COMMA, BRACKET, BACKSLASH, BRACE] = [0x22, 0x2c, 0x5b, 0x5c, 0x7b];

/**
 * Whether a JSON text has at most `max` values: elements of lists, and members of objects. Nothing is
 * parsed for it, so a text that is made to be costly costs a glance. Of one that is no JSON the
 * answer says nothing, and parsing it will.
 */
export function hasAtMostValues(json: Uint8Array, max: number): boolean {
	let values = 0;
	let inText = false;
	for (let at = 0; at < json.length; at++) {
		const byte = json[at];
		if (byte === QUOTE) inText = !inText;
		else if (inText) {
			if (byte === BACKSLASH) at++;
		} else if (byte === COMMA || byte === BRACKET || byte === BRACE) {
			// Before every value but the outermost there is one of these.
			if (++values > max) return false;
		}
	}
	return true;
}

/**
 * The JSON of an answer: undefined where it is larger than `maxBytes` or has more values than
 * `maxValues`, which is found out before it is parsed.
 *
 * @throws where it is no JSON, or breaks off
 */
export async function boundedJson(
	{ body }: Response,
	{ maxBytes, maxValues }: { maxBytes: number; maxValues: number },
): Promise<unknown> {
	const parts: Uint8Array[] = [];
	let size = 0;
	const reader = body?.getReader();
	for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
		parts.push(read.value);
		size += read.value.length;
		if (size <= maxBytes) continue;
		// Nobody waits for it: a body that was copied ends only when its copy is given up, too.
		reader?.cancel().catch(() => {});
		return undefined;
	}
	const whole = joined(parts, size);
	return hasAtMostValues(whole, maxValues)
		? JSON.parse(new TextDecoder().decode(whole))
		: undefined;
}

/** @param size in bytes, of all parts together */
export function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
	const whole = new Uint8Array(size);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
