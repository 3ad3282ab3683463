import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startNetwork } from "../src/index.ts";
import { chromiumPath } from "./browser.ts";

const CLI = createRequire(import.meta.url).resolve("@playwright/test/cli");
const CONFIG = fileURLToPath(new URL("./playwright/playwright.config.ts", import.meta.url));

describe.skipIf(!chromiumPath)(
	chromiumPath ? "Playwright Test" : "Playwright Test (skipped: no Chromium; set CHROMIUM_PATH)",
	() => {
		it("runs tests with a network of their own, and with one that runs", async () => {
			const OUTPUT = await mkdtemp(join(tmpdir(), "devnet-playwright-"));
			await using network = await startNetwork({ appView: false, controlPort: 0 });
			const { url = "", token = "" } = network.control ?? {};
			const ran = await promisify(execFile)(process.execPath, [CLI, "test", "--config", CONFIG], {
				env: {
					...process.env,
					...{ OUTPUT, CHROMIUM_PATH: chromiumPath, ATTACH: url, BSKY_DEVNET_TOKEN: token },
					// Workers of Vitest say so, and Playwright refuses to run in such.
					VITEST: "",
					NODE_OPTIONS: "--conditions=@better-auth-bsky/source",
				},
			}).catch((error: { stdout: string }) => error);
			expect(ran.stdout).toContain("6 passed");
			await rm(OUTPUT, { recursive: true, force: true });
		}, 120_000);
	},
);
