/** What `npx wrangler types` would write: the bindings of wrangler.jsonc, and the secrets. */
declare module "cloudflare:workers" {
	import type { BetterAuthOptions } from "better-auth";

	export const env: {
		DB: NonNullable<BetterAuthOptions["database"]>;
		BETTER_AUTH_URL: string;
		BETTER_AUTH_SECRET: string;
		/** Not needed on localhost. */
		BSKY_PRIVATE_KEY?: string;
		/** Set by the tests. Without it the app meets the real network. */
		ATPROTO_PLC_URL?: string;
		ATPROTO_HANDLE_RESOLVER?: string;
	};
}
