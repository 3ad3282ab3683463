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
