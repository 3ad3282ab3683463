import type { BetterAuthOptions } from "better-auth";
import { parseAdditionalUserInputFromProviderProfile } from "better-auth/db";
import type { Bsky } from "../bsky.ts";
import type { UserFields } from "../identity/user-fields.ts";

/**
 * The app's own fields of a new user, with their defaults, validated as for better-auth's providers.
 * The mapping is the app's code: it may also set what people may not (`input: false`).
 *
 * @throws {APIError} MISSING_FIELD where a required one isn't there
 */
export function checkedFields(
	options: BetterAuthOptions,
	mapped: UserFields,
	action: "create" | "update" = "create",
): UserFields {
	const { additionalFields = {} } = options.user ?? {};
	const open = Object.entries(additionalFields).map(([name, field]) => [
		name,
		{ ...field, input: true },
	]);
	const user = { ...options.user, additionalFields: Object.fromEntries(open) };
	return parseAdditionalUserInputFromProviderProfile({ ...options, user }, mapped, action);
}

/** Of what changes on a user, what the app's own fields take: one that is refused stays as it is. */
export function checkedChanges(bsky: Bsky, changes: UserFields): UserFields {
	const checked: UserFields = {};
	for (const [name, value] of Object.entries(changes)) {
		try {
			const one = { [name]: value };
			Object.assign(checked, one, checkedFields(bsky.context.options, one, "update"));
		} catch (error) {
			bsky.logFailure("user_not_updated", error);
		}
	}
	return checked;
}
