import type { AuthContext } from "better-auth";
import { logFailure } from "./log.ts";
import { waitUntil } from "./runtime.ts";

/**
 * Hands work that nobody waits for, and that never fails, to what the app has for it. That may fail:
 * what frameworks offer can often be called in a request only. The work goes on all the same.
 *
 * On Cloudflare's workers, where it would end with the answer, it goes to their own `waitUntil` unless
 * the app has something else for it.
 */
export function inBackground(context: AuthContext, work: Promise<void>): void {
	const failed = (error: unknown) => logFailure(context, "background_handler_threw", error, "warn");
	try {
		// One that is async fails later, and nobody else would hear of it but the process.
		Promise.resolve(start(context, work)).catch(failed);
	} catch (error) {
		failed(error);
	}
}

const start = (context: AuthContext, work: Promise<void>): unknown =>
	waitUntil && !context.options.advanced?.backgroundTasks?.handler
		? waitUntil(work)
		: context.runInBackground(work);
