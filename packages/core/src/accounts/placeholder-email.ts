import { createPlaceholderEmail } from "@better-auth/core/utils/email";

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
