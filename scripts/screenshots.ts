import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBrowser } from "./browser.ts";
import { ROOT } from "./run.ts";

/** `npm run screenshots`: a picture of every component in every state, in docs/images/components. */

rmSync(join(ROOT, "docs/images/components"), { recursive: true, force: true });
const config = "packages/react/test/screenshots/vitest.config.ts";
const { status } = spawnSync("vitest", ["run", "--config", config, ...process.argv.slice(2)], {
	cwd: ROOT,
	stdio: "inherit",
	shell: process.platform === "win32",
	env: { ...process.env, CHROMIUM_PATH: ensureBrowser(console.log) },
});
process.exitCode = status ?? 1;
