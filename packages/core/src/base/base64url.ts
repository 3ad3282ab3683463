/** Bytes as base64url without padding (RFC 4648 §5), as JOSE writes them. For keys and signatures. */
export const base64url = (bytes: Uint8Array): string =>
	btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
