import type { Bsky } from "../bsky.ts";

/** better-auth's `account.accountLinking.enabled`. */
export const linkingEnabled = ({ context }: Bsky): boolean =>
	context.options.account?.accountLinking?.enabled !== false;
