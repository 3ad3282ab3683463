import { createPlaceholderEmail } from "@better-auth/core/utils/email";
import type { User } from "better-auth";
import type { Bsky } from "../bsky.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import type { Arrival } from "./arrival.ts";
import { update } from "./writes.ts";

const NAMESPACE = "bsky";

/**
 * An address for a person whose server gave none, since better-auth's users need one. Nothing can be
 * sent to it. It is random: nobody can sign up with it by e-mail first, and a later user of the same
 * DID doesn't meet it.
 */
export function placeholderEmail(): string {
	const identifier = crypto.randomUUID().replaceAll("-", "");
	return createPlaceholderEmail({ identifier, namespace: NAMESPACE });
}

/** Whether {@link placeholderEmail} may have made an address. */
export const isPlaceholderEmail = (email: string): boolean =>
	email.endsWith(createPlaceholderEmail({ identifier: "x", namespace: NAMESPACE }).slice(1));

/** What better-auth tells placeholders by. */
const PLACEHOLDER = ".placeholder.invalid";

/**
 * A placeholder of ours in place of an older plugin's, which can be guessed, and which an app would send
 * mail to. Below `.invalid` nobody has an address (RFC 2606). With a password, though, it is what
 * somebody signs in with.
 */
export async function withoutOldPlaceholder(
	{ context, options }: Bsky,
	{ id, email, emailVerified }: User,
): Promise<{ email?: string }> {
	if (options.legacy.providerIds.length === 0 || emailVerified) return {};
	const address = email.toLowerCase();
	if (!address.endsWith(".invalid") || address.endsWith(PLACEHOLDER)) return {};
	const accounts = await context.internalAdapter.findAccounts(id);
	const hasPassword = accounts.some(({ providerId }) => providerId === "credential");
	return hasPassword ? {} : { email: placeholderEmail() };
}

/**
 * Puts the address that the person's server says in a placeholder's place, better-auth's of other plugins
 * included; another address stays, and so does the placeholder where somebody else has this one. As in
 * {@link update}, nothing of it keeps anybody out.
 */
export async function takeEmail(bsky: Bsky, user: BskyUser, { email }: Arrival): Promise<BskyUser> {
	if (!email || !user.email.toLowerCase().endsWith(PLACEHOLDER)) return user;
	const { address, isVerified } = email;
	try {
		if (await bsky.context.internalAdapter.findUserByEmail(address)) return user;
	} catch (error) {
		bsky.logFailure("email_not_looked_up", error);
		return user;
	}
	return update(bsky, user, { email: address, emailVerified: isVerified });
}
