import { realpathSync } from "node:fs";
import { join } from "node:path";
import { type Installed, packageOf, packagesOf, sizeOf } from "@better-auth-bsky/tools/installed";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** What the plugin adds to an install of better-auth, and what the bare SDK is by itself. */
export function measureInstalled(): Record<"ours" | "bare", Installed> {
	const core = realpathSync(join(ROOT, "packages", "core"));
	const there = packagesOf(packageOf("better-auth", core));
	// In the workspace its own folder is no measure: sources and tests lie there, too.
	there.add(core);
	const brought = [...packagesOf(core)].filter((folder) => !there.has(folder));
	const bare = packageOf("@atproto/oauth-client-node", join(ROOT, "bench"));
	return { ours: sizeOf(brought), bare: sizeOf([...packagesOf(bare)]) };
}
