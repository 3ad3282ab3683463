import type { BetterAuthOptions } from "better-auth";
import { parseAdditionalUserInputFromProviderProfile } from "better-auth/db";
import type { UserFields } from "../identity/user-fields.ts";

/**
 * The app's own fields of a new user, with their defaults, validated as for better-auth's providers.
 * The mapping is the app's code: it may also set what people may not (`input: false`).
 *
 * @throws {APIError} MISSING_FIELD where a required one isn't there
 */
export function checkedFields(options: BetterAuthOptions, mapped: UserFields): UserFields {
	const { additionalFields = {} } = options.user ?? {};
	const open = Object.entries(additionalFields).map(([name, field]) => [
		name,
		{ ...field, input: true },
	]);
	const user = { ...options.user, additionalFields: Object.fromEntries(open) };
	return parseAdditionalUserInputFromProviderProfile({ ...options, user }, mapped, "create");
}
