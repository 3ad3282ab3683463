/**
 * Characters that can't be seen, or that change how the text around them reads. What joins letters
 * and emoji stays: joiners, variation selectors, and the tags of some flags.
 */
const HIDDEN =
	/(?!\p{Join_Control}|\p{Variation_Selector}|[\u{E0020}-\u{E007F}])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\uFFF9-\uFFFB]/gu;

const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

// Made with the first long text: it takes longer than all modules of this package to load.
let graphemes: Intl.Segmenter | undefined;

/**
 * Text of a stranger, made fit to be stored and shown: a string without control, bidirectional and
 * invisible characters, of at most `max` graphemes and ten bytes for each, as in the lexicons; or
 * undefined where nothing is left to see.
 *
 * @param lineBreaks whether line breaks stay; else they become spaces
 * @see https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/actor/profile.json
 */
export function cleanText(value: unknown, max: number, lineBreaks = false): string | undefined {
	if (typeof value !== "string") return undefined;
	// A grapheme may be of any length: bound the work before counting.
	const text = value
		.slice(0, max * 32)
		.replace(lineBreaks ? /\t+/g : /[\t\r\n]+/g, " ")
		.replace(HIDDEN, (char) => (char === "\n" ? "\n" : ""))
		.trim();
	const fitting = fit(text, max).trim();
	return VISIBLE.test(fitting) ? fitting : undefined;
}

function fit(text: string, max: number): string {
	// No grapheme is shorter than one unit, and no unit longer than three bytes.
	if (text.length <= max) return text;
	graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
	const utf8 = new TextEncoder();
	let end = 0;
	let count = 0;
	let bytes = 0;
	for (const { index, segment } of graphemes.segment(text)) {
		bytes += utf8.encode(segment).length;
		if (++count > max || bytes > max * 10) break;
		end = index + segment.length;
	}
	return text.slice(0, end);
}

const MAX_URL_LENGTH = 2048;

/** An image's address: https, or http on a local network; undefined for anything else. */
export function imageUrl(value: unknown, allowHttp: boolean): string | undefined {
	if (typeof value !== "string" || value.length > MAX_URL_LENGTH) return undefined;
	if (!URL.canParse(value)) return undefined;
	const { protocol, href, username, password } = new URL(value);
	if (username || password) return undefined;
	// What had to be encoded is longer now.
	const fits = href.length <= MAX_URL_LENGTH;
	const web = protocol === "https:" || (allowHttp && protocol === "http:");
	return fits && web ? href : undefined;
}
