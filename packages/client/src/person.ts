/** Somebody to show: what a person needs to recognise an account. */
export interface Person {
	/** Known unless the handle was only typed. */
	did?: string | undefined;
	handle: string;
	displayName?: string | undefined;
	/** An https image. */
	avatar?: string | undefined;
}

/** What to call them: the display name, else `@handle`, else their DID where that is all there is. */
export const nameOf = (who: Pick<Person, "displayName" | "handle">): string =>
	who.displayName || atHandle(who.handle);

/** A handle as people write it; a DID that stands in for one is none. */
export const atHandle = (handle: string): string => (handle.includes(":") ? handle : `@${handle}`);

/** What stands for a face without a picture: the first letters of the first and the last word. */
export function initialsOf({
	displayName,
	handle,
}: Pick<Person, "displayName" | "handle">): string {
	const words = (displayName || handle).match(/([\p{L}\p{N}]\p{M}*)+/gu) ?? ["?"];
	const [first = "", last = ""] =
		displayName && words.length > 1 ? [words[0], words.at(-1)] : words;
	return [first, displayName ? last : ""]
		.map((word) => [...word][0] ?? "")
		.join("")
		.toUpperCase();
}

/** How many colours there are for faces without a picture. */
const HUES = 8;

/** Which of them is somebody's own, wherever they are shown. */
export const hueOf = ({ did, handle }: Pick<Person, "did" | "handle">): number =>
	[...(did ?? handle)].reduce(
		(sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973,
		7,
	) % HUES;

/**
 * A handle in two: where there is little room, the first part is shortened and the domain is not. It
 * begins with the last label that is no ending such as `co.uk`.
 */
export function splitHandle(handle: string): [start: string, domain: string] {
	const labels = handle.split(".");
	let from = labels.length - 2;
	while (from > 0 && (labels[from]?.length ?? 0) <= 3) from--;
	const start = labels.slice(0, Math.max(from, 0)).join(".");
	return start ? [start, handle.slice(start.length)] : ["", handle];
}

/**
 * The people in a list that came from elsewhere: a server, or a storage that anything writes to. Each is
 * there once by the handle, which they are picked by.
 */
export function peopleIn<T extends Person>(list: unknown): T[] {
	const seen = new Set<string>();
	const isNew = ({ handle }: T) => !seen.has(handle) && seen.add(handle);
	return Array.isArray(list) ? list.filter(isPerson<T>).filter(isNew) : [];
}

const isPerson = <T extends Person>(one: unknown): one is T => {
	const {
		did = "",
		handle,
		displayName = "",
		avatar = "http:",
	} = Object(one) as Record<string, unknown>;
	return (
		typeof did === "string" &&
		typeof handle === "string" &&
		handle !== "" &&
		typeof displayName === "string" &&
		typeof avatar === "string" &&
		/^https?:/.test(avatar)
	);
};
