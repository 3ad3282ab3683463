import { type Habit, rewriting } from "./habit.ts";
import { formOf, isRevocation, isServerMetadata, json, withFields } from "./messages.ts";

export const noRevocationEndpoint = (): Habit => ({
	front: async (asked, next) => {
		if (isRevocation(asked)) return json(404, { error: "NotFound", message: "Not found" });
		if (!isServerMetadata(asked)) return next();
		return withFields(await next(), ({ revocation_endpoint: _, ...fields }) => fields);
	},
});

export const emptyRevocationAnswer = (): Habit =>
	rewriting(isRevocation, (answer) => {
		if (answer.status !== 200) return answer;
		const { "content-type": _, ...headers } = answer.headers;
		return { ...answer, headers, body: Buffer.alloc(0) };
	});

export const codeRevokesNothing = (): Habit => ({
	front: (asked, next) => {
		const isCode = isRevocation(asked) && formOf(asked).get("token")?.startsWith("cod-");
		return isCode ? json(200, {}) : next();
	},
});
