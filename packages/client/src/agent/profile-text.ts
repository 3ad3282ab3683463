/**
 * Characters that can't be seen, or that change how the text around them reads; what joins letters and
 * emoji stays. The server cleans what it stores in the same way: `core/src/identity/text.ts`.
 */
const HIDDEN =
	/(?!\p{Join_Control}|\p{Variation_Selector}|[\u{E0020}-\u{E007F}\n])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\uFFF9-\uFFFB]/gu;

const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A stranger's text, made fit to be shown: of at most `max` characters; undefined for nothing to see. */
export function cleanText(value: unknown, max: number, lineBreaks = false): string | undefined {
	if (typeof value !== "string") return undefined;
	const text = value.slice(0, max * 32).replace(lineBreaks ? /\t+/g : /\s+/g, " ");
	// A letter may carry any number of marks, each of which counts.
	const fitting = [...text.replace(HIDDEN, "").trim()].slice(0, max).join("").trim();
	return VISIBLE.test(fitting) ? fitting : undefined;
}

/** An image's address: https, or what the page itself came by; undefined for anything else. */
export function imageURL(value: unknown): string | undefined {
	if (typeof value !== "string" || value.length > 2048 || !URL.canParse(value)) return undefined;
	const { protocol, username, password, href } = new URL(value);
	const isWeb = protocol === "https:" || (protocol === "http:" && protocol === location.protocol);
	return isWeb && !username && !password ? href : undefined;
}
