/** Longest that an NSID may be, in characters: https://atproto.com/specs/nsid. */
const MAX_NSID = 317;

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/** A domain backwards, in lower case as everybody writes it, of at least two labels. */
const AUTHORITY = `[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.${LABEL})+`;

const NSID = new RegExp(`^${AUTHORITY}\\.[a-zA-Z][a-zA-Z0-9]{0,62}$`);

/** What may stand before `.*`. */
const GROUP = new RegExp(`^${AUTHORITY}$`);

/** Whether a text is the name of a method or a collection, written as everybody writes it. */
export const isNsid = (text: string): boolean => text.length <= MAX_NSID && NSID.test(text);

/** What a wildcard's methods begin with, the dot included: `app.bsky.actor.*` -> `app.bsky.actor.`; or null. */
export function prefixOf(wildcard: string): string | null {
	const group = wildcard.endsWith(".*") ? wildcard.slice(0, -2) : "";
	return wildcard.length <= MAX_NSID && GROUP.test(group) ? `${group}.` : null;
}

/**
 * Whether it hands out credentials or changes the account: an app allows it by its exact name or not at
 * all. Servers take names in any case.
 */
export function isAboutTheAccount(nsid: string): boolean {
	const name = nsid.toLowerCase();
	return name === "com.atproto.repo.importrepo" || GUARDED.some((each) => name.startsWith(each));
}

const GUARDED = [
	"com.atproto.server.",
	"com.atproto.admin.",
	"com.atproto.identity.",
	"com.atproto.temp.",
];

/** What writes records: their bodies name a repository and a collection. */
export const WRITES = [
	"com.atproto.repo.createRecord",
	"com.atproto.repo.putRecord",
	"com.atproto.repo.deleteRecord",
	"com.atproto.repo.applyWrites",
] as const;

/** Whether a method writes records. */
export const isWrite = (nsid: string): nsid is (typeof WRITES)[number] =>
	WRITES.some((each) => each === nsid);
