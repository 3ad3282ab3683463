import { join } from "node:path";
import { inTerminal } from "@better-auth-bsky/tools/workspace";
import { stage } from "../site/stage.ts";
import { BASE } from "./built.ts";

/** Builds the site once for all tests, below a sub-path. A link in it that is dead fails the build. */
export default function build(): void {
	stage();
	const vitepress = join(import.meta.dirname, "../node_modules/vitepress/bin/vitepress.js");
	const env = { ...process.env, DOCS_BASE: BASE };
	const status = inTerminal("node", [vitepress, "build", "docs"], env);
	if (status !== 0) throw new Error("The site could not be built.");
}
