import { helpOn } from "./docs-url.ts";
import { isWorkerd } from "./runtime.ts";

/** The oldest Node that signs anybody in: `engines` in package.json. */
const OLDEST = "22.15";

/** What `process.versions` says; other runtimes than Node claim to be some version of it, too. */
export interface Versions {
	node?: string | undefined;
	bun?: string | undefined;
	deno?: string | undefined;
}

/**
 * An older Node would start the app, and fail at the first sign-in.
 *
 * @throws {Error} at start-up, with the version there is and the one that is needed
 */
export function requireRecentNode(
	{ node, bun, deno }: Versions = globalThis.process?.versions ?? {},
): void {
	if (node === undefined || bun !== undefined || deno !== undefined || isWorkerd) return;
	if (node.localeCompare(OLDEST, "en", { numeric: true }) >= 0) return;
	throw new Error(
		`[better-auth-bsky] This is Node ${node}. Signing in with Bluesky needs Node ${OLDEST} or newer. help=${helpOn("node_too_old")}`,
	);
}
