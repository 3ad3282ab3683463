import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";

/** better-auth's secret, or its list of versioned secrets (`ctx.context.secretConfig`). */
export type SecretConfig = Parameters<typeof symmetricEncrypt>[0]["key"];

/** What a sealed value is bound to: a copy of it elsewhere doesn't open. */
export interface SealBinding {
	purpose: "bsky-state" | "bsky-session" | "bsky-revocation" | "bsky-origin";
	/** The row's own key: the DID, or the key of the state or revocation; else what it travels with. */
	id: string;
}

/**
 * Encrypts `value` under better-auth's secret (XChaCha20-Poly1305) for one row and purpose.
 * better-auth's cipher takes no associated data, so the binding travels inside and is checked on
 * opening.
 */
export function seal(secret: SecretConfig, binding: SealBinding, value: unknown): Promise<string> {
	const data = JSON.stringify([binding.purpose, binding.id, value]);
	return symmetricEncrypt({ key: secret, data });
}

/** The sealed value, or null where it can't be opened or belongs to another row or purpose. */
export async function unseal(
	secret: SecretConfig,
	binding: SealBinding,
	sealed: string,
): Promise<unknown> {
	try {
		const data: unknown = JSON.parse(await symmetricDecrypt({ key: secret, data: sealed }));
		if (!Array.isArray(data) || data[0] !== binding.purpose || data[1] !== binding.id) return null;
		return data[2] ?? null;
	} catch {
		return null;
	}
}
