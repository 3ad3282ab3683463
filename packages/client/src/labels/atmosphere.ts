import type { PartialLabels } from "./types.ts";

/**
 * English for apps that speak of the Atmosphere, the network that Bluesky is a part of. For another
 * language, put these texts in it beside that language's.
 */
export const atmosphere = {
	signIn: "Sign in with the Atmosphere",
	handle: "Atmosphere handle",
	handlePlaceholder: "alice.example.com",
	connect: "Connect an Atmosphere account",
	connectTitle: "Connect your Atmosphere account",
	notConnected: "No Atmosphere account is connected.",
	errors: {
		NOT_LINKED: "No Atmosphere account is connected.",
		SESSION_EXPIRED: "The connection to your account has ended. Sign in again.",
	},
} satisfies PartialLabels;
