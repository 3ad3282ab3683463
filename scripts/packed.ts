import { inTerminal } from "@better-auth-bsky/tools/workspace";

/**
 * `npm run packed`: packs what is published and uses it in an empty project, as npm and as pnpm
 * install it, in new projects of Next.js, SvelteKit and Vue, and in copies of the example apps. It
 * asks the npm registry; the tests of `npm test` ask nobody.
 */

const config = "packages/better-auth-bsky/test/packed/vitest.config.ts";
process.exitCode = inTerminal("vitest", ["run", "--config", config, ...process.argv.slice(2)]);
