import { existsSync } from "node:fs";
import { join } from "node:path";
import { inTerminal, ROOT } from "@better-auth-bsky/tools/workspace";

/**
 * `npm run packed`: packs what is published and uses it in an empty project, as npm and as pnpm
 * install it, in new projects of Next.js, SvelteKit and Vue, in copies of the example apps, and in each
 * tutorial of docs/start. `npm run packed -- sveltekit` is one tutorial. It asks the npm registry; the
 * tests of `npm test` ask nobody.
 */

const config = "packages/better-auth-bsky/test/packed/vitest.config.ts";
const [name = "", ...rest] = process.argv.slice(2);
const isTutorial = existsSync(join(ROOT, "docs/start", `${name}.md`));
const args = isTutorial ? ["tutorials", "-t", `^${name}`, ...rest] : process.argv.slice(2);
process.exitCode = inTerminal("vitest", ["run", "--config", config, ...args]);
