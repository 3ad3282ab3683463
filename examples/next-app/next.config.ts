import { join } from "node:path";
import type { NextConfig } from "next";

// What this repository needs, and an app of its own doesn't.
export default {
	// The packages live beside the app.
	turbopack: { root: join(import.meta.dirname, "../..") },
	// `npm run typecheck` does it, and turbo keeps whole builds.
	typescript: { ignoreBuildErrors: true },
	experimental: { turbopackFileSystemCacheForBuild: false },
} satisfies NextConfig;
