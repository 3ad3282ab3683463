import { defineConfig } from "rolldown";

/** One file to load at start, and what the first sign-in needs in files of its own. */
export default defineConfig({
	input: "src/index.ts",
	platform: "node",
	external: /^[^./]/,
	output: { dir: "dist", format: "esm", cleanDir: true },
});
