/** Where better-auth is mounted. */
export const BASE_URL = "/api/auth";

/** The server that asks people who they are, where no handle is given. */
export const BLUESKY_SERVER = "https://bsky.social";
