/** Characters that change how text around them reads, or can't be seen; line breaks may stay. */
const HIDDEN = /[\p{Cc}\p{Cs}\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

// Made with the first long text: it takes longer than all modules of this package to load.
let graphemes: Intl.Segmenter | undefined;

/**
 * Text of a stranger, made fit to be stored and shown: a string without control and bidirectional
 * characters and of at most `max` graphemes, or undefined where nothing is left.
 */
export function cleanText(value: unknown, max: number): string | undefined {
	if (typeof value !== "string") return undefined;
	// A grapheme may be of any length: bound the work before counting.
	const text = value
		.slice(0, max * 32)
		.replace(HIDDEN, (char) => (char === "\n" ? "\n" : ""))
		.trim();
	// No grapheme is shorter than one unit.
	if (text.length <= max) return text || undefined;
	graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
	let end = 0;
	let count = 0;
	for (const { index, segment } of graphemes.segment(text)) {
		if (++count > max) break;
		end = index + segment.length;
	}
	return text.slice(0, end).trim() || undefined;
}

/** An image's address: https, or http on a local network; undefined for anything else. */
export function imageUrl(value: unknown, allowHttp: boolean): string | undefined {
	if (typeof value !== "string" || value.length > 2048) return undefined;
	const url = URL.parse(value);
	if (!url || url.username || url.password) return undefined;
	return url.protocol === "https:" || (allowHttp && url.protocol === "http:")
		? url.href
		: undefined;
}
