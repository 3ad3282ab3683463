import { APP, APP_ALONE } from "@better-auth-bsky/runtimes/bundles";
import { bundleWorker, gzipped } from "@better-auth-bsky/tools/worker";

/** In KiB, minified and gzip. */
export type WorkerSizes = Record<"alone" | "whole" | "withoutAgent", number>;

/** What workers with better-auth upload: by itself, with the plugin, and with nothing for its agent. */
export async function measureWorkers(): Promise<WorkerSizes> {
	return {
		alone: gzipped(await bundleWorker({ stdin: APP_ALONE }, true)),
		whole: gzipped(await bundleWorker({ stdin: APP }, true)),
		withoutAgent: gzipped(await bundleWorker({ stdin: APP, external: ["@atproto/api"] }, true)),
	};
}
