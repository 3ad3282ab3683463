import { helpOn } from "./docs-url.ts";
import { isWorkerd } from "./runtime.ts";

/** The oldest Node that signs anybody in: `engines` in package.json. */
const OLDEST = [22, 15] as const;

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
	const [major = 0, minor = 0] = node.split(".").map(Number);
	const [oldest, oldestMinor] = OLDEST;
	if (major > oldest || (major === oldest && minor >= oldestMinor)) return;
	throw new Error(
		`[better-auth-bsky] This is Node ${node}. Signing in with Bluesky needs Node ${OLDEST.join(".")} or newer. help=${helpOn("node_too_old")}`,
	);
}
