import { setTimeout as wait } from "node:timers/promises";
import type { Habit } from "./habit.ts";
import { accessTokenOf, json } from "./messages.ts";

export const noAppviewForwarding = (): Habit => ({
	front: ({ path, headers }, next) =>
		path.startsWith("/xrpc/app.bsky.") && !headers["atproto-proxy"]
			? json(404, { error: "NotFound", message: "No such method" })
			: next(),
});

const deactivated = (status: number) => (): Habit => ({
	front: (asked, next) =>
		asked.path.startsWith("/xrpc/") && accessTokenOf(asked)
			? json(status, { error: "AccountDeactivated", message: "Account is deactivated" })
			: next(),
});

export const accountDeactivated401 = deactivated(401);
export const accountDeactivated400 = deactivated(400);

/** In milliseconds. */
const DELAY = 500;

export const slowAnswers = (): Habit => ({
	front: async (_asked, next) => {
		const answer = await next();
		await wait(DELAY);
		return answer;
	},
});
