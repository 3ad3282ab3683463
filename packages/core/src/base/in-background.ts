import type { AuthContext } from "better-auth";
import { logFailure } from "./log.ts";

/**
 * Hands work that nobody waits for, and that never fails, to what the app has for it. That may fail:
 * what frameworks offer can often be called in a request only. The work goes on all the same.
 */
export function inBackground(context: AuthContext, work: Promise<void>): void {
	try {
		context.runInBackground(work);
	} catch (error) {
		logFailure(context, "advanced.backgroundTasks.handler threw.", error, "warn");
	}
}
