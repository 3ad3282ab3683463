/** Where the documentation is. */
export const DOCS_URL = "https://better-auth-bsky.github.io/better-auth-bsky";

/** What it says of a code, a check or a line of the log: the page has an anchor for each. */
export const helpOn = (id: string): string => `${DOCS_URL}/errors#${id}`;

/** What it says of an option, or of the group that it is in: `xrpc.allow[0].nsid`. */
export const helpOnOption = (option: string): string =>
	`${DOCS_URL}/reference/options#${option.replace(/[.[].*/, "")}`;
