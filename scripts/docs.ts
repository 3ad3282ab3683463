import { watchFile } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, inTerminal, ROOT } from "@better-auth-bsky/tools/workspace";
import { stage } from "../docs/site/stage.ts";

/**
 * `npm run docs`: the documentation site, while it is being written. `npm run docs -- build` writes it to
 * docs/.vitepress/dist, below DOCS_BASE where that is set; `npm run docs -- check` builds it and looks at
 * every page in a browser.
 */

const [task = "dev"] = parseArgs({ allowPositionals: true }).positionals;
const vitepress = (command: string) =>
	inTerminal("node", [join(ROOT, "docs/node_modules/vitepress/bin/vitepress.js"), command, "docs"]);

const files = stage();
if (task === "dev") {
	for (const file of files) watchFile(file, { interval: 500 }, () => stage());
	const { dev } = await import("../docs/site/dev.ts");
	await dev();
} else if (task === "build") {
	build("./packages/*");
	process.exitCode = vitepress("build");
} else if (task === "check") {
	build("./packages/*");
	process.exitCode = inTerminal("vitest", ["run", "--config", "docs/test/vitest.config.ts"]);
} else {
	console.error(`There are dev, build and check, and no "${task}".`);
	process.exitCode = 1;
}
