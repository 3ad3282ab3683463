import { type Habit, rewriting } from "./habit.ts";
import { isOAuth, isTokenRequest, withFields } from "./messages.ts";

/** Not the one that only brings a nonce: without its code no client would go on. */
const isFinal = (error: unknown) => error !== undefined && error !== "use_dpop_nonce";

export const freeTextRefusal = (): Habit =>
	rewriting(isTokenRequest, (answer) =>
		withFields(answer, (fields) =>
			fields.error === "invalid_grant" ? { error: "Session expired" } : fields,
		),
	);

export const refusalWithoutDescription = (): Habit =>
	rewriting(isOAuth, (answer) =>
		withFields(answer, ({ error_description, ...fields }) =>
			isFinal(fields.error) ? fields : { ...fields, error_description },
		),
	);

export const errorAndMessage = (): Habit =>
	rewriting(isOAuth, (answer) =>
		withFields(answer, (fields) => {
			const { error_description: message, ...rest } = fields;
			return isFinal(fields.error) ? { ...rest, message } : fields;
		}),
	);
