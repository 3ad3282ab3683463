/** The password of every account that isn't given another. */
export const DEFAULT_PASSWORD = "devnet-pass";

/** The first of the ports `bsky-devnet` uses when it isn't told any. */
export const FIRST_PORT = 2582;
