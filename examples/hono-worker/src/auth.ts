import { env } from "cloudflare:workers";
import { atprotoAuth, scope, scopes } from "@better-auth-bsky/core";
import { betterAuth } from "better-auth";

const localNetwork = env.ATPROTO_PLC_URL
	? {
			plcDirectoryUrl: env.ATPROTO_PLC_URL,
			handleResolver: env.ATPROTO_HANDLE_RESOLVER,
			allowHttp: true,
		}
	: undefined;

export const auth = betterAuth({
	appName: "Bluebell",
	baseURL: env.BETTER_AUTH_URL,
	secret: env.BETTER_AUTH_SECRET,
	database: env.DB,
	onAPIError: { errorURL: "/error" },
	plugins: [
		atprotoAuth({
			privateKey: env.BSKY_PRIVATE_KEY,
			clientMetadata: {
				clientName: "Bluebell",
				// What the app asks for: the person's statuses.
				scope: scopes(scope.repo("xyz.statusphere.status")),
			},
			...localNetwork,
		}),
	],
});
