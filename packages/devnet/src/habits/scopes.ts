import { type Habit, rewriting } from "./habit.ts";
import { formOf, isPar, isTokenRequest, json, withTokens } from "./messages.ts";

/** Says another scope than was granted; what the tokens may do is not changed. */
const granting = (change: (scopes: string[]) => string[] | undefined): Habit =>
	rewriting(isTokenRequest, (answer) =>
		withTokens(answer, ({ scope, ...fields }) => {
			const changed = change(String(scope).split(" "));
			return changed ? { ...fields, scope: changed.join(" ") } : fields;
		}),
	);

export const widerScope = () => granting((scopes) => [...scopes, "transition:chat.bsky"]);
export const narrowerScope = () => granting(() => ["atproto"]);
export const reorderedScope = () => granting((scopes) => scopes.reverse());
export const missingScope = () => granting(() => undefined);

const KNOWN =
	/^(atproto|transition:(generic|email|chat\.bsky)|(repo|blob|rpc|account|identity|include)([:?].*)?)$/;

export const unknownScopeRefused = (): Habit => ({
	front: (asked, next) => {
		const scopes = isPar(asked) ? (formOf(asked).get("scope") ?? "").split(" ") : [];
		const unknown = scopes.find((scope) => !KNOWN.test(scope));
		if (unknown === undefined) return next();
		return json(400, { error: "invalid_scope", error_description: `Unknown scope: ${unknown}` });
	},
});
