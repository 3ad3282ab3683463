import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBrowser } from "@better-auth-bsky/tools/browser";
import { inTerminal, ROOT } from "@better-auth-bsky/tools/workspace";

/**
 * `npm run screenshots`: the pictures of the READMEs in docs/images/components, and in its `all`, which
 * isn't kept, one of every component in every state. `npm run screenshots -- -t README` makes the former.
 */

for (const picture of globSync("docs/images/components/{,all/}*.png", { cwd: ROOT }))
	rmSync(join(ROOT, picture));
const config = "packages/react/test/screenshots/vitest.config.ts";
process.exitCode = inTerminal("vitest", ["run", "--config", config, ...process.argv.slice(2)], {
	...process.env,
	CHROMIUM_PATH: ensureBrowser(console.log),
});
