import { createHmac } from "node:crypto";
import { createPlaceholderEmail } from "@better-auth/core/utils/email";

/**
 * The address of a person whose server gave none, since better-auth's users need one. Nothing can
 * be sent to it. It is keyed with the app's secret, so that nobody can work out the address of a
 * DID and sign up with it by e-mail first. The account row, never this address, finds the person:
 * rotating the secret is harmless.
 */
export function placeholderEmail(did: string, secret: string): string {
	const digest = createHmac("sha256", secret).update(`better-auth-bsky:${did}`).digest("hex");
	return createPlaceholderEmail({ identifier: digest.slice(0, 32), namespace: "bsky" });
}
